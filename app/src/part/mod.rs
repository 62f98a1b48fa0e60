//! Pieces used by pages; all interactivity lives here.
