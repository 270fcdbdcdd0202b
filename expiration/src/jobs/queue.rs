//! The jobs in Redis, in apalis' layout.

use std::{error::Error, time::Duration};

use apalis::prelude::{Task, TaskBuilder, TaskId, WorkerContext};
use apalis_redis::{Config, RedisStorage, queries::push_tasks};
use chrono::{DateTime, Utc};
use common::{api::OrderId, connect::connect_with_retries};
use redis::{
    RedisResult, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{Hold, hold::Job};

/// Jobs written or moved by one script: Redis can't hand a script's command
/// more than some 8,000 values, and does nothing else meanwhile.
pub(super) const SLICE: usize = 500;
/// Jobs that a worker fetches at a time.
const BATCH: usize = 64;
/// How often a worker says that it lives, in whole seconds.
const HEARTBEAT: Duration = Duration::from_secs(1);
/// Heartbeats that a worker may miss before others take over its jobs.
const MISSED_HEARTBEATS: usize = 5;
/// How long the metadata of a worker that crashed is kept.
const KEEP_METADATA: Duration = Duration::from_hours(24);

/// The queue of holds that are to end. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Queue {
    redis: ConnectionManager,
    config: Config,
}

impl Queue {
    /// Connects, however long Redis takes to come up within [`connect_with_retries`]'
    /// limit; reconnects by itself later.
    pub(crate) async fn connect(url: &str, name: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        // Few and short attempts: whoever uses the connection tries again.
        let patience = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_max_delay(Duration::from_millis(250))
            .set_response_timeout(Some(Duration::from_secs(2)));
        let client = redis::Client::open(url)?;
        let connect = async || client.get_connection_manager_with_config(patience.clone()).await;
        let redis = connect_with_retries("Redis", connect).await?;
        let config = Config::default()
            .queue(name)
            .batch_size(BATCH)
            .heartbeat_interval(HEARTBEAT)
            .missed_heartbeats(MISSED_HEARTBEATS)
            .emit_events(false)
            // apalis keeps what is done for ever, and gives up what has failed
            // 25 times: jobs here are removed when they are done, and not before.
            .lock_tasks(false)
            .persist_results(false);
        Ok(Self { redis, config })
    }

    /// Whether Redis answers.
    pub(crate) async fn ping(&self) -> RedisResult<()> {
        redis::cmd("PING").query_async(&mut self.redis.clone()).await
    }

    /// Schedules a slice of holds; one whose job exists is left as it is.
    pub(crate) async fn schedule(&self, holds: &[Hold]) -> Result<(), apalis_redis::Error> {
        let tasks = holds.iter().map(task).collect::<Result<Vec<_>, _>>().map_err(apalis_redis::Error::Json)?;
        push_tasks(&mut self.redis.clone(), &self.config, &tasks).await?;
        Ok(())
    }

    /// Hands out what is due. apalis does so itself, but fails, and would fail
    /// for ever, once more is due than a script can take.
    pub(super) async fn hand_out(&self, now: DateTime<Utc>) -> RedisResult<()> {
        let script = Script::new(include_str!("lua/hand_out.lua"));
        let mut call = script.key(self.config.scheduled_jobs_set());
        call.key(self.config.active_jobs_list()).arg(now.timestamp()).arg(SLICE);
        while call.invoke_async::<usize>(&mut self.redis.clone()).await? == SLICE {}
        Ok(())
    }

    /// Where apalis' worker gets its jobs.
    pub(super) fn storage(&self) -> RedisStorage<Job> {
        RedisStorage::new(self.redis.clone()).with_config(self.config.clone())
    }

    /// Prepares a worker's metadata, which apalis fills in, to vanish by itself.
    pub(super) async fn sign_on(&self, worker: &WorkerContext) -> RedisResult<()> {
        let key = self.config.worker_metadata_key(worker);
        let mut both = redis::pipe();
        both.atomic().hset(&key, "service", "").ignore().expire(&key, KEEP_METADATA.as_secs().cast_signed()).ignore();
        both.query_async(&mut self.redis.clone()).await
    }

    /// Removes a job that its worker has done.
    pub(super) async fn forget(&self, order: &OrderId, worker: &WorkerContext) -> RedisResult<()> {
        Script::new(include_str!("lua/forget.lua"))
            .key(self.config.inflight_set_for(worker))
            .key(self.config.job_data_hash())
            .key(format!("{}:{order}", self.config.job_meta_hash()))
            .arg(order.as_str())
            .invoke_async(&mut self.redis.clone())
            .await
    }

    /// Gives back the jobs of a worker that has ended, rather than let them
    /// wait until it has missed its heartbeats.
    pub(super) async fn sign_off(&self, worker: &WorkerContext) -> RedisResult<()> {
        Script::new(include_str!("lua/sign_off.lua"))
            .key(self.config.inflight_set_for(worker))
            .key(self.config.active_jobs_list())
            .key(self.config.workers_set())
            .key(self.config.worker_metadata_key(worker))
            .key(self.config.job_data_hash())
            .key(self.config.job_meta_hash())
            .arg(worker.name())
            .invoke_async(&mut self.redis.clone())
            .await
    }
}

/// A hold as apalis' task, whose id is the order's.
fn task(hold: &Hold) -> serde_json::Result<Task<Vec<u8>>> {
    let id = TaskId::from_string(hold.order_id.as_str());
    Ok(TaskBuilder::new(serde_json::to_vec(hold)?).task_id(id).run_at_timestamp(hold.due_second()).build())
}
