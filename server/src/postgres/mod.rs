//! The database connection: the user's Postgres, or an embedded one that this process starts and stops.
