"""Hold review dossiers and outgoing notifications against the WTO agreements, and against good practice.

Obligations of the agreements and recommendations are two kinds: a guide (指南) holds recommendations only, so what it advises
never makes a dossier wrong. The text of GB/T 44976-2024 was not available; what is advised here follows the headings of the
WTO Secretariat's guide to commenting and the fields of a comment letter, and claims no clause of that standard.
"""
