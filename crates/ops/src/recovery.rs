//! Recovery of a service whose database was restored from a backup.
//!
//! The other services have seen higher versions and order numbers than the restored
//! documents have, and would take the service's next events for stale. So it first
//! takes over what their replicas have, and then receives every event again.

use anyhow::Result;
pub use common::recovery::Recovered;

use crate::Stack;

/// Brings a service's documents up to the replicas that other services keep. No
/// service may run. Repeating it changes nothing. Fails if a database can't be
/// reached, or if orders are recovered before their tickets.
pub async fn recover(stack: &Stack, service: &str) -> Result<Recovered> {
    Ok(match service {
        "tickets" => tickets::recover(&stack.database("tickets").await?, &stack.database("orders").await?).await?,
        "orders" => {
            let (payments, tickets) = (stack.database("payments").await?, stack.database("tickets").await?);
            orders::recover(&stack.database("orders").await?, &payments, &tickets).await?
        }
        // No other service keeps replicas of its documents.
        _ => Recovered::default(),
    })
}

/// Makes a service receive, when it starts again, every event that the stream still
/// holds, and returns the names of its consumers. The service must not run.
pub async fn redeliver(stack: &Stack, service: &str) -> Result<Vec<String>> {
    Ok(stack.broker().await?.rewind(&format!("{service}-service")).await?)
}
