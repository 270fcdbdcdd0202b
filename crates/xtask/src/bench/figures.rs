//! The figures: as a table, as JSON, and beside those of another run.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// What a figure says of its row, in the order of the table's columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Column {
    /// Answers in a second with 32 connections that are never idle.
    PerSecond,
    /// The same of the bare program, or of what is compared with.
    BarePerSecond,
    /// Ours divided by the bare one's in the same round: the median of all rounds.
    Ratio,
    /// The lowest of those.
    LowestRatio,
    /// The highest of those.
    HighestRatio,
    /// Requests that fall due in a second, for the times that follow.
    Rate,
    /// Milliseconds from when a request is due until it is answered.
    Median,
    /// The 99th percentile of those.
    P99,
    /// The 99.9th percentile.
    P999,
    /// The longest.
    Longest,
    /// The program's seconds of CPU per thousand requests.
    Cpu,
    /// The generator's CPU as a share of the program's.
    Generator,
    /// The program's resident memory in MiB, afterwards.
    Resident,
    /// A time in milliseconds.
    Milliseconds,
    /// A size in KiB.
    Kibibytes,
    /// The same compressed by Brotli.
    Compressed,
}

impl Column {
    fn heading(self) -> &'static str {
        match self {
            Self::PerSecond => "per second",
            Self::BarePerSecond => "bare",
            Self::Ratio => "ratio",
            Self::LowestRatio => "lowest",
            Self::HighestRatio => "highest",
            Self::Rate => "at",
            Self::Median => "p50 ms",
            Self::P99 => "p99 ms",
            Self::P999 => "p99.9 ms",
            Self::Longest => "longest ms",
            Self::Cpu => "CPU s/1000",
            Self::Generator => "generator",
            Self::Resident => "MiB",
            Self::Milliseconds => "ms",
            Self::Kibibytes => "KiB",
            Self::Compressed => "Brotli KiB",
        }
    }

    fn decimals(self) -> usize {
        match self {
            Self::PerSecond | Self::BarePerSecond | Self::Rate => 0,
            Self::Cpu => 3,
            Self::Resident | Self::Milliseconds | Self::Kibibytes | Self::Compressed => 1,
            _ => 2,
        }
    }

    /// Whether a run is compared by it: the rest describes the run itself.
    fn is_compared(self) -> bool {
        !matches!(self, Self::BarePerSecond | Self::LowestRatio | Self::HighestRatio | Self::Rate | Self::Generator)
    }

    fn is_better_higher(self) -> bool {
        matches!(self, Self::PerSecond | Self::Ratio)
    }
}

/// All figures of a run, and what it ran on.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Figures {
    /// What it ran on: processors, database, build.
    pub machine: String,
    /// Figures that were measured alike.
    pub sections: Vec<Section>,
}

/// Figures that were measured the same way.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Section {
    /// Its heading.
    pub title: String,
    /// How they were measured.
    pub how: String,
    /// What was measured.
    pub rows: Vec<Row>,
}

/// What was measured, and the figures of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Row {
    /// Its name, which no other row has.
    pub name: String,
    /// By column.
    pub figures: BTreeMap<Column, f64>,
}

impl Row {
    /// A row without figures.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), figures: BTreeMap::new() }
    }

    /// Adds a figure.
    #[must_use]
    pub fn with(mut self, column: Column, figure: f64) -> Self {
        self.figures.insert(column, figure);
        self
    }
}

impl Figures {
    /// What became better or worse since another run, a line for each figure of both.
    #[must_use]
    pub fn compared_with(&self, before: &Self) -> String {
        let earlier: BTreeMap<_, _> = before.rows().map(|row| (&row.name, &row.figures)).collect();
        let mut lines = vec![format!("Before: {}\nNow:    {}", before.machine, self.machine)];
        for row in self.rows() {
            let Some(earlier) = earlier.get(&row.name) else { continue };
            for (&column, &now) in row.figures.iter().filter(|(column, _)| column.is_compared()) {
                let Some(&before) = earlier.get(&column) else { continue };
                lines.push(change(&row.name, column, before, now));
            }
        }
        lines.join("\n")
    }

    fn rows(&self) -> impl Iterator<Item = &Row> {
        self.sections.iter().flat_map(|section| &section.rows)
    }
}

/// `one ticket, per second: 8500 → 9350, better by 10 %`.
fn change(name: &str, column: Column, before: f64, now: f64) -> String {
    let places = column.decimals();
    let (figures, heading) = (format!("{before:.places$} → {now:.places$}"), column.heading());
    if before == 0.0 {
        return format!("{name}, {heading}: {figures}");
    }
    let percent = (now / before - 1.0) * 100.0;
    let verdict = if percent.abs() < 0.5 {
        "the same".to_owned()
    } else {
        let better = (percent > 0.0) == column.is_better_higher();
        format!("{} by {:.0} %", if better { "better" } else { "worse" }, percent.abs())
    };
    format!("{name}, {heading}: {figures}, {verdict}")
}

impl Display for Section {
    /// Names to the left, figures to the right.
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n  {}", self.title, self.how)?;
        let mut columns: Vec<_> = self.rows.iter().flat_map(|row| row.figures.keys().copied()).collect();
        columns.sort_unstable();
        columns.dedup();
        let headings = columns.iter().map(|column| column.heading().to_owned());
        let mut table: Vec<Vec<String>> = vec![[String::new()].into_iter().chain(headings).collect()];
        table.extend(self.rows.iter().map(|row| {
            let figure = |column: &Column| {
                let figure = row.figures.get(column);
                figure.map_or_else(String::new, |figure| format!("{figure:.places$}", places = column.decimals()))
            };
            [row.name.clone()].into_iter().chain(columns.iter().map(figure)).collect()
        }));
        let width = |column: usize| table.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
        let widths: Vec<_> = (0..=columns.len()).map(width).collect();
        for row in &table {
            let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, &width))| {
                if column == 0 { format!("{cell:<width$}") } else { format!("{cell:>width$}") }
            });
            writeln!(f, "    {}", cells.collect::<Vec<_>>().join("   ").trim_end())?;
        }
        Ok(())
    }
}

impl Display for Figures {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let sections: Vec<_> = self.sections.iter().map(Section::to_string).collect();
        write!(f, "{}\n\n{}", self.machine, sections.join("\n").trim_end())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(per_second: f64, median: f64) -> Figures {
        let list = Row::new("list").with(Column::Median, median).with(Column::PerSecond, per_second);
        let other = Row::new("a longer name").with(Column::PerSecond, 1.0);
        let section = Section { title: "Reads".into(), how: "by looking".into(), rows: vec![list, other] };
        Figures { machine: "a machine".into(), sections: vec![section] }
    }

    #[test]
    fn figures_stand_under_each_other() {
        let lines = [
            "a machine",
            "",
            "Reads",
            "  by looking",
            "                    per second   p50 ms",
            "    list                  4110     1.25",
            "    a longer name            1",
        ];
        assert_eq!(figures(4110.4, 1.254).to_string(), lines.join("\n"));
    }

    #[test]
    fn more_answers_are_better_and_longer_times_are_worse() {
        let compared = figures(110.0, 1.5).compared_with(&figures(100.0, 1.0));
        let lines: Vec<_> = compared.lines().skip(2).collect();
        let expected = [
            "list, per second: 100 → 110, better by 10 %",
            "list, p50 ms: 1.00 → 1.50, worse by 50 %",
            "a longer name, per second: 1 → 1, the same",
        ];
        assert_eq!(lines, expected);
    }

    #[test]
    fn figures_are_read_as_they_were_written() {
        let written = serde_json::to_string(&figures(4110.0, 1.25)).unwrap();
        assert!(written.contains(r#""perSecond":4110.0"#), "{written}");
        let read: Figures = serde_json::from_str(&written).unwrap();
        assert_eq!(read.to_string(), figures(4110.0, 1.25).to_string());
    }
}
