//! Measured times, and what they say.

use std::time::Duration;

/// Times of the same thing, shortest first.
#[derive(Clone, Debug)]
pub(super) struct Sample(Vec<Duration>);

impl Sample {
    /// Of times in any order.
    pub(super) fn of(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The shortest time that at least `percent` of all do not exceed (the
    /// nearest rank); zero if there are none.
    pub(super) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).or(self.0.last()).copied().unwrap_or_default()
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Median, 99th percentile and longest, for a table.
    pub(super) fn row(&self, name: &str) -> Vec<String> {
        let figures = [50, 99, 100].map(|percent| millis(self.percentile(percent)));
        [name.to_owned()].into_iter().chain(figures).collect()
    }
}

/// The columns of [`Sample::row`].
pub(super) const COLUMNS: [&str; 4] = ["", "median", "p99", "longest"];

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percentiles(count: u64) -> [u128; 4] {
        let sample = Sample::of((1..=count).rev().map(Duration::from_millis).collect());
        [1, 50, 99, 100].map(|percent| sample.percentile(percent).as_millis())
    }

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        assert_eq!(percentiles(100), [1, 50, 99, 100]);
        assert_eq!(percentiles(200), [2, 100, 198, 200]);
        assert_eq!(percentiles(5), [1, 3, 5, 5]);
        assert_eq!(percentiles(1), [1, 1, 1, 1]);
        assert_eq!(percentiles(0), [0, 0, 0, 0]);
    }

    #[test]
    fn a_row_has_as_many_cells_as_there_are_columns() {
        let row = Sample::of(vec![Duration::from_micros(1_250)]).row("it");
        assert_eq!(row, ["it", "1.2 ms", "1.2 ms", "1.2 ms"]);
        assert_eq!(row.len(), COLUMNS.len());
    }
}
