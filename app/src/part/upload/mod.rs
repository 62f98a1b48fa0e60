//! Sending archives, and watching them being read.

pub mod sending;
