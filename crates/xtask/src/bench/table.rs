//! The printed figures.

use std::fmt::{self, Display, Formatter};

/// All figures.
#[derive(Debug, Default)]
pub struct Table(Vec<Section>);

/// Figures that were measured the same way.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) title: String,
    /// How they were measured.
    pub(super) how: String,
    /// The first row names the columns.
    pub(super) rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn add(&mut self, section: Section) {
        self.0.push(section);
    }
}

impl Section {
    pub(super) fn new(title: &str, how: String, columns: &[&str]) -> Self {
        let names = columns.iter().map(|&name| name.to_owned()).collect();
        Self { title: title.to_owned(), how, rows: vec![names] }
    }

    pub(super) fn row(mut self, row: Vec<String>) -> Self {
        self.rows.push(row);
        self
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default()
    }
}

impl Display for Section {
    /// Names to the left, figures to the right.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n  {}", self.title, self.how)?;
        for row in &self.rows {
            let cells = row.iter().enumerate().map(|(column, cell)| {
                let width = self.width(column);
                if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            writeln!(f, "    {}", cells.collect::<Vec<_>>().join("   ").trim_end())?;
        }
        Ok(())
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sections: Vec<_> = self.0.iter().map(Section::to_string).collect();
        f.write_str(sections.join("\n").trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_under_each_other() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let section = Section::new("Memory", "by looking".to_owned(), &["service", "idle", "after"])
            .row(row(["auth", "9.0 MiB", "110.5 MiB"]))
            .row(row(["expiration", "12.5 MiB", "13.0 MiB"]));
        let mut table = Table::default();
        table.add(section);
        let lines = [
            "Memory",
            "  by looking",
            "    service          idle       after",
            "    auth          9.0 MiB   110.5 MiB",
            "    expiration   12.5 MiB    13.0 MiB",
        ];
        assert_eq!(table.to_string(), lines.join("\n"));
    }
}
