"""What changes the catalog: functions of a transaction."""
