//! A fleet of clients on the shipped core, beside models of other policies, under failures: a deterministic simulation.
//!
//! | module | what lives there |
//! |---|---|
//! | [`scenario`] | triggers, cells, the constants of the model |
//! | [`world`] | people, network and servers around a policy; `queue`, `server`, `chance`, `metrics` belong to it |
//! | [`policy`] | what a policy is asked and what it may do |
//! | [`ours`] | the engine that ships |
//! | [`peers`] | what people use today |
//! | [`plan`], [`run`] | which cells, and running them on all processors |
//! | [`drill`] | a drill's file as a trigger, and what people see of it |
//! | [`limits`] | what the shipped defaults must reach |
//! | [`table`], [`csv`], [`html`], [`docs`], [`scale`] | how it is told |

// The world lives in arrays whose indices it hands out itself: a wrong one is a bug that must end the run.
#![allow(clippy::indexing_slicing)]
// A program's own library: what is public is for its parts.
#![allow(missing_docs)]

mod chance;
mod chart;
pub mod cli;
pub mod csv;
pub mod docs;
pub mod drill;
pub mod html;
pub mod limits;
pub mod metrics;
pub mod options;
pub mod ours;
pub mod peers;
pub mod plan;
pub mod policy;
mod queue;
pub mod run;
pub mod scale;
pub mod scenario;
mod server;
pub mod table;
#[cfg(test)]
mod tests;
pub mod world;
