"""Speak gRPC about code lists and designations."""

from collections.abc import Iterator
from functools import cached_property
from itertools import dropwhile, islice

import grpc

from services.catalog import code_imports, messages_codes, store_codes
from services.catalog.calls import Calls
from services.catalog.code_books import CodeBooks, OpenedVersion
from services.catalog.designation_readings import parsed_to
from services.runtime.calls import current_call
from services.runtime.database import Session
from services.runtime.texts import ENGLISH
from standards_tree.code_lists import Code, CodeListId, shipped_book
from standards_tree.code_lists.comparing import differences
from standards_tree.code_lists.model import order_of
from standards_tree.errors import InvalidArgumentError
from tbt.catalog.v1 import code_pb2, designation_pb2


class CodeCalls(Calls):
    """Answers the calls about code lists and designations."""

    @cached_property
    def _books(self) -> CodeBooks:
        return CodeBooks()

    def ParseDesignations(  # noqa: N802
        self, request: designation_pb2.ParseDesignationsRequest, context: grpc.ServicerContext
    ) -> designation_pb2.ParseDesignationsResponse:
        """Read what texts say that should be designations."""
        del context
        call = current_call()
        language = call.language if call is not None else ENGLISH
        return designation_pb2.ParseDesignationsResponse(parsed=[parsed_to(text, language) for text in request.texts])

    def ListCodeLists(  # noqa: N802
        self, request: code_pb2.ListCodeListsRequest, context: grpc.ServicerContext
    ) -> code_pb2.ListCodeListsResponse:
        """List the code lists with their current versions."""
        del context
        page = self._pager.page(request)
        after = "" if page.after is None else str(page.after[0])
        every = sorted(CodeListId, key=lambda each: each.value)
        wanted = [each for each in every if each.value > after][: page.size + 1]

        def work(session: Session) -> list[code_pb2.CodeList]:
            imported = [version.list_id for version in store_codes.list_versions(session)]
            opened = self._books.open_current(session, wanted)
            return [messages_codes.code_list_to(each, imported.count(each.book.list_id) + 1) for each in opened]

        found = self._database.read(work)
        key = {each.name: each.name.rpartition("/")[2] for each in found}
        rows, token = self._pager.split(request, page, found, lambda row: (key[row.name],))
        return code_pb2.ListCodeListsResponse(code_lists=rows, next_page_token=token)

    def ListCodeListVersions(  # noqa: N802
        self, request: code_pb2.ListCodeListVersionsRequest, context: grpc.ServicerContext
    ) -> code_pb2.ListCodeListVersionsResponse:
        """List the versions of a code list, by name."""
        del context
        list_id = messages_codes.list_id_from(request.parent, "parent")
        page = self._pager.page(request)

        def work(session: Session) -> list[OpenedVersion]:
            names = [version.version_id for version in store_codes.list_versions(session, list_id)]
            names = sorted([*names, shipped_book(list_id).version])
            after = "" if page.after is None else str(page.after[0])
            wanted = [name for name in names if name > after][: page.size + 1]
            return [self._books.open(session, list_id, name) for name in wanted]

        found = self._database.read(work)
        versions, token = self._pager.fill(
            request, page, found, lambda row: (row.book.version,), messages_codes.version_to
        )
        return code_pb2.ListCodeListVersionsResponse(versions=versions, next_page_token=token)

    def GetCode(  # noqa: N802
        self, request: code_pb2.GetCodeRequest, context: grpc.ServicerContext
    ) -> code_pb2.GetCodeResponse:
        """Read a code with what stands above it."""
        del context
        name = messages_codes.code_name(request.name)
        opened = self._database.read(lambda session: self._books.open(session, name.list_id, request.version))
        code = messages_codes.find_code(opened, name.text)
        return code_pb2.GetCodeResponse(
            code=messages_codes.code_to(code, opened),
            ancestors=[messages_codes.code_to(above, opened) for above in opened.book.path(code)],
        )

    def ListCodes(  # noqa: N802
        self, request: code_pb2.ListCodesRequest, context: grpc.ServicerContext
    ) -> code_pb2.ListCodesResponse:
        """List the codes of a list, or of what stands below one, in the order of the list."""
        del context
        list_id = messages_codes.list_id_from(request.parent, "parent")
        page = self._pager.page(request)
        # A list that was begun in one version ends in it.
        version = request.version if page.after is None else str(page.after[0])
        opened = self._database.read(lambda session: self._books.open(session, list_id, version))
        parent = messages_codes.find_code(opened, request.under).code if request.under else None
        found = opened.book.below(parent, whole_branch=request.whole_branch)
        if page.after is not None:
            last = page.after[1]
            found = islice(dropwhile(lambda code: code.code != last, found), 1, None)
        codes, token = self._pager.fill(
            request,
            page,
            list(islice(found, page.size + 1)),
            lambda code: (opened.book.version, code.code),
            lambda code: messages_codes.code_to(code, opened),
        )
        return code_pb2.ListCodesResponse(codes=codes, next_page_token=token)

    def SearchCodes(  # noqa: N802
        self, request: code_pb2.SearchCodesRequest, context: grpc.ServicerContext
    ) -> code_pb2.SearchCodesResponse:
        """Search the current versions by code or words, best answers first."""
        del context
        named = [messages_codes.list_id_from(name, "code_lists") for name in request.code_lists]
        list_ids = sorted(set(named or CodeListId), key=lambda each: each.value)
        page = self._pager.page(request)
        opened = self._database.read(lambda session: self._books.open_current(session, list_ids))
        found = sorted(
            (_search_key(rank, code, place.book.list_id), code, place)
            for place in opened
            for rank, code in place.book.search(request.query)
        )
        rows = [row for row in found if page.after is None or row[0] > page.after][: page.size + 1]
        codes, token = self._pager.fill(
            request, page, rows, lambda row: row[0], lambda row: messages_codes.code_to(row[1], row[2])
        )
        return code_pb2.SearchCodesResponse(codes=codes, next_page_token=token)

    def ImportCodeList(  # noqa: N802
        self, request_iterator: Iterator[code_pb2.ImportCodeListRequest], context: grpc.ServicerContext
    ) -> code_pb2.ImportCodeListResponse:
        """Import a version of a code list, all of it or nothing, and say what changes."""
        del context
        collected = code_imports.collect(request_iterator)
        list_id, onto = collected.name.list_id, collected.options.onto
        base = self._database.read(lambda session: self._books.open(session, list_id, onto)) if onto else None
        reading = code_imports.read(collected, base)

        def work(session: Session) -> code_pb2.ImportCodeListResponse:
            return code_imports.store(session, self._books, collected, reading)

        return self._database.write(work, collected.options, collected.sha256)

    def ActivateCodeListVersion(  # noqa: N802
        self, request: code_pb2.ActivateCodeListVersionRequest, context: grpc.ServicerContext
    ) -> code_pb2.CodeListVersion:
        """Make a version of a code list the one that counts."""
        del context
        list_id, version_id = messages_codes.version_name(request.name)

        def work(session: Session) -> code_pb2.CodeListVersion:
            opened = self._books.open(session, list_id, version_id)
            imported = version_id if opened.record is not None else None
            store_codes.activate(session, list_id, imported, opened.name)
            return messages_codes.version_to(opened._replace(current=True))

        return self._database.write(work, request)

    def CompareCodeListVersions(  # noqa: N802
        self, request: code_pb2.CompareCodeListVersionsRequest, context: grpc.ServicerContext
    ) -> code_pb2.CompareCodeListVersionsResponse:
        """Say what differs between two versions of a code list."""
        del context
        before, after = self._two_versions(request)
        page = self._pager.page(request)
        list_id = before.book.list_id
        found = differences(list_id, before.book.codes, after.book.codes)
        begin = page.after
        rows = [each for each in found if begin is None or (order_of(list_id, each.code),) > begin]
        shown, token = self._pager.fill(
            request,
            page,
            rows[: page.size + 1],
            lambda each: (order_of(list_id, each.code),),
            lambda each: messages_codes.difference_to(each, before, after),
        )
        counts = messages_codes.counts_to(found, before)
        return code_pb2.CompareCodeListVersionsResponse(differences=shown, counts=counts, next_page_token=token)

    def _two_versions(self, request: code_pb2.CompareCodeListVersionsRequest) -> tuple[OpenedVersion, OpenedVersion]:
        base = messages_codes.version_name(request.base, "base")
        other = messages_codes.version_name(request.other, "other")
        if base.list_id is not other.list_id:
            message = "{base} and {other} are versions of different lists"
            raise InvalidArgumentError.in_field("other", message, base=request.base, other=request.other)
        return self._database.read(
            lambda session: (self._books.open(session, *base), self._books.open(session, *other))
        )


def _search_key(rank: int, code: Code, list_id: CodeListId) -> tuple[int, int, str, str]:
    return rank, int(code.withdrawn), list_id.value, order_of(list_id, code.code)
