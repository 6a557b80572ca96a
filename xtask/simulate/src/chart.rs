//! One policy's load over time, as SVG.

use std::fmt::Write as _;

use crate::run::Done;

/// A chart's size in its own units.
pub const WIDTH: f64 = 300.0;
/// Its height.
pub const HEIGHT: f64 = 90.0;
/// Seconds that one point stands for.
const STEP: usize = 2;

/// The highest of these, and at least a little above capacity: charts that are compared share it.
pub fn top<'a>(done: impl Iterator<Item = &'a Done>) -> f64 {
    done.flat_map(|one| averaged(&one.figures.offered)).fold(1.5, f64::max)
}

/// What is drawn: the trigger's time, the share served on time as an area, capacity and offered load as lines. Classes name
/// them for the style.
pub fn plot(Done { cell, figures }: &Done, top: f64) -> String {
    let x = |second: f64| second / f64::from(cell.seconds) * WIDTH;
    let y = |value: f64, top: f64| HEIGHT - value / top * HEIGHT;
    let points = |values: &[f32], top: f64| {
        let mut text = String::new();
        for (index, value) in averaged(values).into_iter().enumerate() {
            let _ = write!(text, "{:.0},{:.1} ", x((index * STEP) as f64), y(value, top));
        }
        text
    };
    let mut svg = String::new();
    if cell.trigger.has_end() {
        let (begin, end) = (x(f64::from(cell.begin())), x(f64::from(cell.end())));
        let width = end - begin;
        let _ = writeln!(
            svg,
            "<rect class=\"trigger\" x=\"{begin:.0}\" width=\"{width:.0}\" height=\"{HEIGHT}\"/>"
        );
    }
    let _ = writeln!(
        svg,
        "<polygon class=\"served\" points=\"0,{HEIGHT} {}{WIDTH},{HEIGHT}\"/>\
         <line class=\"capacity\" x2=\"{WIDTH}\" y1=\"{1:.1}\" y2=\"{1:.1}\"/><polyline class=\"offered\" points=\"{2}\"/>",
        points(&figures.served, 1.0),
        y(1.0, top),
        points(&figures.offered, top),
    );
    svg
}

fn averaged(values: &[f32]) -> Vec<f64> {
    values
        .chunks(STEP)
        .map(|part| part.iter().map(|value| f64::from(*value)).sum::<f64>() / part.len() as f64)
        .collect()
}
