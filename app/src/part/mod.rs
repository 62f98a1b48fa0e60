//! Pieces used by pages; all interactivity lives here.

pub mod answer;
pub mod chart;
pub mod failure;
pub mod filter;
pub mod menu;
pub mod nav;
pub mod panel;
pub mod place;
pub mod show;
pub mod table;
pub mod theme;
pub mod upload;
