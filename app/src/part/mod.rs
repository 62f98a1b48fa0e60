//! Pieces used by pages; all interactivity lives here.

pub mod chart;
pub mod enhance;
pub mod failure;
pub mod me;
pub mod nav;
pub mod piece;
pub mod show;
pub mod theme;
pub mod upload;
