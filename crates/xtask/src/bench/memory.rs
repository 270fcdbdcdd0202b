//! The resident memory of the services.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use super::IN_FLIGHT;
use super::table::Section;
use crate::stack::Inventory;

/// KiB by service; none if the system does not report it.
pub(super) type Resident = BTreeMap<String, Option<u64>>;

/// The memory that each service holds now.
pub(super) fn resident(inventory: &Inventory) -> Resident {
    let services = inventory.services.iter();
    services.map(|(name, service)| (name.clone(), service.pid.and_then(of_process))).collect()
}

/// Both measurements side by side.
pub(super) fn section(idle: &Resident, after: &Resident, requests: usize) -> Section {
    let how = format!(
        "RSS, once ready and after {requests} requests with {IN_FLIGHT} in flight:\n  \
         currentuser, POST ticket, GET tickets, GET ticket, POST order, GET order, DELETE order, POST order again and\n  \
         GET orders in equal parts, 1 % sign-ins, 1 % payments, sent to the services themselves"
    );
    let after = |name: &String| mebibytes(after.get(name).copied().flatten());
    let rows = idle.iter().map(|(name, idle)| vec![name.clone(), mebibytes(*idle), after(name)]);
    rows.fold(Section::new("Resident memory", how, &["service", "idle", "after"]), Section::row)
}

fn of_process(pid: u32) -> Option<u64> {
    // Linux has /proc, and not always `ps`; macOS the other way round.
    if let Ok(status) = fs::read_to_string(format!("/proc/{pid}/status")) {
        return in_status(&status);
    }
    let ps = Command::new("ps").args(["-o", "rss=", "-p", &pid.to_string()]).output().ok()?;
    String::from_utf8(ps.stdout).ok()?.trim().parse().ok()
}

/// From the line `VmRSS: 12345 kB`.
fn in_status(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse().ok()
}

fn mebibytes(kib: Option<u64>) -> String {
    kib.map_or_else(|| "unknown".to_owned(), |kib| format!("{}.{} MiB", kib / 1024, kib % 1024 * 10 / 1024))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resident_size_is_found_in_the_status() {
        assert_eq!(in_status("Name:\tauth\nVmHWM:\t   2 kB\nVmRSS:\t   21504 kB\n"), Some(21_504));
        assert_eq!(in_status("Name:\tauth\n"), None);
    }

    #[test]
    fn sizes_are_shown_in_mebibytes() {
        assert_eq!(mebibytes(Some(21_504 + 512)), "21.5 MiB");
        assert_eq!(mebibytes(None), "unknown");
    }
}
