use rustix::process::Signal;

use super::supervise::signal_group;

/// A program's process group, of which nothing outlives this.
pub(crate) struct Group(Option<u32>);

impl Group {
    /// That which the program with this process id leads.
    pub(crate) fn of(leader: Option<u32>) -> Self {
        Self(leader)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        signal_group(self.0, Signal::KILL);
    }
}
