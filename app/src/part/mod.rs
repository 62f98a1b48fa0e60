//! Pieces used by pages; all interactivity lives here.

pub mod chart;
pub mod failure;
pub mod menu;
pub mod nav;
pub mod place;
pub mod show;
pub mod theme;
pub mod upload;
