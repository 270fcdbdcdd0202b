//! What an audit finds.

use std::fmt;

use common::messaging::Backlog;

/// A violation of an invariant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The invariant.
    pub invariant: Invariant,
    /// How which document violates it.
    pub what: String,
}

/// What must always hold once no work is in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// I1: a ticket has at most one live order.
    OneLiveOrder = 1,
    /// I2: captured less refunded is what completed orders cost, order by order.
    Money,
    /// I3: every outbox is empty, every message handled, every replica up to date.
    Convergence,
    /// I4: no hold outlives its time.
    Holds,
    /// I5: a ticket's order is its live order, or none.
    TicketsOrder,
    /// I6: a ticket is sold, and handed to its buyer, exactly when its live order is complete.
    Sold,
    /// I7: no order that was paid has expired.
    PaidStays,
}

impl Finding {
    /// Whether finding it twice in a row is enough to stop: an oversold ticket is a
    /// violation even if one of its orders expires later. Once is not enough, as the
    /// documents are not read at one instant.
    pub(super) fn is_final(&self) -> bool {
        self.invariant == Invariant::OneLiveOrder
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "I{} {}", self.invariant as u8, self.what)
    }
}

/// The findings of one pass.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn add(&mut self, invariant: Invariant, what: impl IntoIterator<Item = String>) {
        self.0.extend(what.into_iter().map(|what| Finding { invariant, what }));
    }

    /// Events of a document that are not published yet.
    pub(super) fn add_outbox(&mut self, kind: &str, id: &str, events: usize) {
        let waiting = (events > 0).then(|| format!("{kind} {id} has {events} events to publish"));
        self.add(Invariant::Convergence, waiting);
    }

    /// Messages that listeners have not handled yet.
    pub(super) fn add_backlog(&mut self, backlog: &[Backlog]) {
        let behind = backlog.iter().filter(|backlog| backlog.messages > 0);
        let behind = behind.map(|it| format!("consumer {} has {} messages to take", it.consumer, it.messages));
        self.add(Invariant::Convergence, behind);
    }

    /// A replica that differs from its owner's document.
    pub(super) fn add_difference<T: PartialEq + fmt::Debug>(
        &mut self,
        what: &str,
        id: &str,
        owner: Option<T>,
        replica: Option<T>,
    ) {
        let difference = match (owner, replica) {
            (Some(owner), Some(replica)) if owner != replica => {
                format!("{what} {id} is {replica:?}, its owner's {owner:?}")
            }
            (Some(_), None) => format!("{what} {id} is missing"),
            (None, Some(_)) => format!("{what} {id} has no owner"),
            _ => return,
        };
        self.add(Invariant::Convergence, [difference]);
    }

    /// All of them by invariant, each once: what can't be read is met in each pass.
    pub(super) fn sorted(mut self) -> Vec<Finding> {
        self.0.sort();
        self.0.dedup();
        self.0
    }
}
