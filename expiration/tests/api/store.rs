//! The service's keys in Redis.

use common::{
    events::OrderCreated,
    testing::{TestEnv, eventually},
};
use redis::{AsyncCommands, AsyncConnectionConfig, Script, aio::MultiplexedConnection};

/// Reads and changes the test's own keys.
pub struct Store {
    pub redis: MultiplexedConnection,
    pub queue: String,
}

impl Store {
    pub async fn open(env: &TestEnv) -> Self {
        let client = redis::Client::open(env.env().text("REDIS_URL").unwrap()).unwrap();
        // Other tests may keep Redis busy.
        let unlimited = AsyncConnectionConfig::new().set_response_timeout(None);
        let redis = client.get_multiplexed_async_connection_with_config(&unlimited).await.unwrap();
        Self { redis, queue: format!("{}expiration", env.env().text("EVENTS_PREFIX").unwrap()) }
    }

    /// The names of all keys, without the queue's name in front.
    pub async fn keys(&mut self) -> Vec<String> {
        let keys: Vec<String> = self.redis.keys(self.key("*")).await.unwrap();
        keys.iter().map(|key| key[self.queue.len()..].to_owned()).collect()
    }

    /// Deletes the test's keys atomically, as FLUSHALL would.
    pub async fn empty(&mut self) {
        let script = Script::new(r#"for _, key in ipairs(redis.call("KEYS", ARGV[1])) do redis.call("DEL", key) end"#);
        script.arg(self.key("*")).invoke_async::<()>(&mut self.redis).await.unwrap();
    }

    /// Makes every scheduled job due.
    pub async fn make_all_due(&mut self) {
        let scheduled = self.key(":scheduled");
        let mut zero = redis::cmd("ZUNIONSTORE");
        zero.arg(&scheduled).arg(1).arg(&scheduled).arg("WEIGHTS").arg(0);
        zero.exec_async(&mut self.redis).await.unwrap();
    }

    /// The orders that have a job.
    pub async fn jobs(&mut self) -> Vec<String> {
        let mut jobs: Vec<String> = self.redis.hkeys(self.key(":data")).await.unwrap();
        jobs.sort();
        jobs
    }

    /// How many orders have a job.
    pub async fn count(&mut self) -> usize {
        self.redis.hlen(self.key(":data")).await.unwrap()
    }

    /// Waits until an order has a job.
    pub async fn scheduled(&mut self, order: &OrderCreated) {
        let id = order.id.as_str();
        eventually("scheduled", async || self.jobs().await.iter().any(|job| job == id).then_some(())).await;
    }

    /// Waits until a worker is registered.
    pub async fn worker(&mut self) {
        eventually("a worker", async || self.keys().await.contains(&":workers".to_owned()).then_some(())).await;
    }

    /// A key by its name in the queue.
    pub fn key(&self, name: &str) -> String {
        format!("{}{name}", self.queue)
    }
}
