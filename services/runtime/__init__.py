"""What every service needs and none owns, written once: settings, server, doors to the database, errors, paging."""
