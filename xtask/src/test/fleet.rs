//! The quick fleet simulation, whose limits the shipped defaults must keep.

use anyhow::Result;

use crate::paths::Paths;
use crate::report::Tally;
use crate::simulate;

pub(super) fn run(paths: &Paths, _: &[String]) -> Result<Tally> {
    Ok(Tally::check(simulate::quick(paths)?))
}
