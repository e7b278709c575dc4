"""What one service refuses for another reaches the client as what it is, in the client's language."""

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_status import rpc_status

from tbt.documents.v1 import documents_service_pb2, documents_service_pb2_grpc
from tbt.terminology.v1 import terminology_service_pb2 as pb
from tbt.terminology.v1 import terminology_service_pb2_grpc as pb_grpc

BOMB = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><standard>&a;</standard>'


def upload(channel: grpc.Channel, content: bytes) -> str:
    """Return the name under which *content* is kept."""
    header = documents_service_pb2.UploadDocumentHeader(document=documents_service_pb2.Document(file_name="draft.xml"))
    messages = [
        documents_service_pb2.UploadDocumentRequest(header=header),
        documents_service_pb2.UploadDocumentRequest(chunk=content),
    ]
    return documents_service_pb2_grpc.DocumentsServiceStub(channel).UploadDocument(iter(messages)).name


def refused(channel: grpc.Channel, document: str) -> tuple[str, str, str]:
    """Return the status, the reason and the Chinese text with which terminology refuses *document*."""
    with pytest.raises(grpc.RpcError) as caught:
        pb_grpc.TerminologyServiceStub(channel).ProposeConcepts(
            pb.ProposeConceptsRequest(document=document), metadata=[("accept-language", "zh-CN")]
        )
    info, localized = error_details_pb2.ErrorInfo(), error_details_pb2.LocalizedMessage()
    for detail in rpc_status.from_call(caught.value).details:
        detail.Unpack(info)
        detail.Unpack(localized)
    return caught.value.code().name, info.reason, localized.message


def test_a_document_that_is_not_there_is_not_there_for_its_neighbours(channel):
    """A wrong name is a wrong name, whichever service looked for it."""
    code, reason, text = refused(channel, "documents/none")
    assert (code, reason, text) == ("NOT_FOUND", "NOT_FOUND", "没有文件 documents/none")


def test_an_unsafe_document_is_refused_as_unsafe_to_the_last(channel):
    """A program that tells refusals apart by their reason can do so two services away."""
    code, reason, text = refused(channel, upload(channel, BOMB))
    assert (code, reason, "DOCTYPE" in text and "一律拒绝" in text) == ("INVALID_ARGUMENT", "UNSAFE_DOCUMENT", True)
