//! What pages may ask of the database: `impl app::store::Store`.
