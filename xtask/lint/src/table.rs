//! The findings as a table: a row each, in the order of the rules.

use std::fmt::Write as _;

use steadfetch::policy::lint::Finding;

/// The widest line of a message.
const WIDTH: usize = 76;

/// The table.
pub fn table(findings: &[Finding]) -> String {
    let rule = findings.iter().map(|finding| finding.rule.chars().count()).chain([4]).max().unwrap_or(4);
    let mut text = format!("{:<rule$}  {:<7}  {:>9}  {:>8}  what\n", "rule", "level", "wait", "attempts");
    for finding in findings {
        let wait = finding.worst_wait.map(seconds).unwrap_or_default();
        let attempts = finding.worst_attempts.map(|attempts| attempts.to_string()).unwrap_or_default();
        let (name, level) = (&finding.rule, finding.level.name());
        let mut lines = wrap(&finding.message).into_iter();
        let first = lines.next().unwrap_or_default();
        let _ = writeln!(text, "{name:<rule$}  {level:<7}  {wait:>9}  {attempts:>8}  {first}");
        for line in lines {
            let _ = writeln!(text, "{:<rule$}  {:<7}  {:>9}  {:>8}  {line}", "", "", "", "");
        }
    }
    text
}

/// "2.5 s".
fn seconds(millis: u64) -> String {
    format!("{} s", millis as f64 / 1000.0)
}

fn wrap(message: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in message.split(' ') {
        let Some(line) = lines.last_mut() else { break };
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(word.into());
            continue;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use steadfetch::policy::lint::Level;

    #[test]
    fn columns_line_up_and_long_messages_wrap() {
        let finding = |rule: &str, wait, message: String| Finding {
            rule: rule.into(),
            level: Level::Info,
            message,
            worst_wait: wait,
            worst_attempts: Some(3),
        };
        let text = table(&[
            finding("defaults", Some(2500), "word ".repeat(40).trim_end().into()),
            finding("rules[0] /a", None, "short".into()),
        ]);
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines[0], "rule         level         wait  attempts  what");
        assert!(lines[1].starts_with("defaults     info         2.5 s         3  word word"), "{text}");
        assert_eq!(lines.len(), 1 + 3 + 1);
        let column = lines[1].find("word");
        assert!(lines[2].find("word") == column && lines[4].find("short") == column, "{text}");
    }
}
