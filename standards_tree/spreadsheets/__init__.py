"""Spreadsheets from anyone: their containers, their markup, their rows."""
