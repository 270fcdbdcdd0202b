//! The CPU time and the memory of a process.

use std::fs;
use std::time::Duration;

/// Ticks of a second in `/proc`, the same on every Linux that Rust runs on
/// (<https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html>).
const TICKS: f64 = 100.0;

/// The CPU time that a process has used so far; none where there is no `/proc`.
pub(super) fn cpu(pid: u32) -> Option<Duration> {
    cpu_in_stat(&fs::read_to_string(format!("/proc/{pid}/stat")).ok()?)
}

/// The resident memory of a process in MiB; none where there is no `/proc`.
pub(super) fn resident(pid: u32) -> Option<f64> {
    resident_in_status(&fs::read_to_string(format!("/proc/{pid}/status")).ok()?)
}

/// The name, in parentheses, may itself have spaces and parentheses.
fn cpu_in_stat(stat: &str) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(')')?;
    let times: Vec<f64> = fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse().ok()).collect();
    (times.len() == 2).then(|| Duration::from_secs_f64(times.iter().sum::<f64>() / TICKS))
}

/// From the line `VmRSS: 12345 kB`.
fn resident_in_status(status: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: f64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_size_is_found_in_the_status() {
        assert_eq!(resident_in_status("Name:\tauth\nVmHWM:\t   2 kB\nVmRSS:\t   21504 kB\n"), Some(21.0));
        assert_eq!(resident_in_status("Name:\tauth\n"), None);
    }

    #[test]
    fn the_times_of_user_and_system_are_added() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 1 0 0 0 250 50 9 9 20 0 1 0 5 1 1";
        assert_eq!(cpu_in_stat(stat), Some(Duration::from_secs(3)));
        assert_eq!(cpu_in_stat("7 (x) S 1"), None);
    }
}
