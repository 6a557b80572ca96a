//! Tables in plain text: the first column to the left, figures to the right.

/// Lines of a table, its head first.
pub(super) fn lines(head: &[&str], rows: &[Vec<String>]) -> Vec<String> {
    let head: Vec<String> = head.iter().map(|word| (*word).to_owned()).collect();
    let width = |column: usize| {
        let cells = std::iter::once(&head).chain(rows).filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let line = |row: &Vec<String>| {
        let cells = row.iter().enumerate().map(|(column, cell)| match column {
            0 => format!("{cell:<width$}", width = width(column)),
            _ => format!("{cell:>width$}", width = width(column)),
        });
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    std::iter::once(&head).chain(rows).map(line).collect()
}

pub(super) fn print(title: &str, head: &[&str], rows: &[Vec<String>]) {
    println!("\n{title}");
    for line in lines(head, rows) {
        println!("  {line}");
    }
}

/// "12 345".
pub(super) fn bytes(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// "12.3 %".
pub(super) fn share(part: u64, whole: u64) -> String {
    format!("{:.1} %", 100.0 * part as f64 / whole.max(1) as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up() {
        let rows = [vec!["a".into(), "1".into()], vec!["long".into(), "1 000".into()]];
        assert_eq!(lines(&["part", "min"], &rows), ["part    min", "a         1", "long  1 000"]);
    }

    #[test]
    fn figures_read_well() {
        assert_eq!(bytes(0), "0");
        assert_eq!(bytes(123), "123");
        assert_eq!(bytes(1_234_567), "1 234 567");
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(share(0, 0), "0.0 %");
    }
}
