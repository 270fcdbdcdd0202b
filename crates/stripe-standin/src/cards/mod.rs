//! The documented test cards, and what is checked of any card's details.

mod details;
mod table;

pub(crate) use details::CardDetails;
pub(crate) use table::{Decline, TestCard, named, numbered};
