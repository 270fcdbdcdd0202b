//! The jobs in Redis.

use std::time::Duration;

use apalis::prelude::{Task, TaskBuilder, TaskId, WorkerContext};
use apalis_redis::{Config, RedisStorage, queries::push_tasks};
use chrono::{DateTime, Utc};
use common::{api::OrderId, connect::connect_with_retries, service::StartError};
use redis::{
    RedisResult, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use crate::hold::Hold;

/// The queue of holds to end. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Queue {
    redis: ConnectionManager,
    config: Config,
}

impl Queue {
    /// Connects, retrying within [`connect_with_retries`]'s limit, and reconnects by itself later.
    pub(crate) async fn connect(url: &str, name: &str) -> Result<Self, StartError> {
        // Every caller retries.
        let limits = ConnectionManagerConfig::new().set_response_timeout(Some(Duration::from_secs(2)));
        let client = redis::Client::open(url)?;
        let connect = async || client.get_connection_manager_with_config(limits.clone()).await;
        let redis = connect_with_retries("Redis", connect).await?;
        let config = Config::default()
            .queue(name)
            .heartbeat_interval(Duration::from_secs(1))
            .missed_heartbeats(5)
            // A lease for a job that is already removed would end the worker.
            .lock_tasks(false)
            // apalis' own results stay for ever, and its retries end after 25 failures.
            .persist_results(false);
        Ok(Self { redis, config })
    }

    /// Whether Redis answers.
    pub(crate) async fn ping(mut self) -> Result<(), String> {
        redis::cmd("PING").exec_async(&mut self.redis).await.map_err(|error| error.to_string())
    }

    /// Schedules holds, except those that have a job.
    pub(crate) async fn schedule(&self, holds: &[Hold], now: DateTime<Utc>) -> Result<(), apalis_redis::Error> {
        let task = |hold: &Hold| -> serde_json::Result<Task<Vec<u8>>> {
            let delay = (hold.ends_at - now).to_std().unwrap_or_default();
            let id = TaskId::from_string(hold.order_id.as_str());
            Ok(TaskBuilder::new(serde_json::to_vec(hold)?).task_id(id).run_after(delay).build())
        };
        let tasks = holds.iter().map(task).collect::<Result<Vec<_>, _>>().map_err(apalis_redis::Error::Json)?;
        push_tasks(&mut self.redis.clone(), &self.config, &tasks).await?;
        Ok(())
    }

    /// Where a worker takes its jobs from.
    pub(crate) fn storage(&self) -> RedisStorage<Option<Hold>> {
        RedisStorage::new(self.redis.clone()).with_config(self.config.clone())
    }

    /// Removes a job that `worker` has finished.
    pub(crate) async fn remove(&self, order: &OrderId, worker: &WorkerContext) -> RedisResult<()> {
        redis::pipe()
            .atomic()
            .srem(self.config.inflight_set_for(worker), order.as_str())
            .hdel(self.config.job_data_hash(), order.as_str())
            .del(format!("{}:{order}", self.config.job_meta_hash()))
            .exec_async(&mut self.redis.clone())
            .await
    }

    /// Gives the jobs of an ended worker to others, and activates jobs that are due at `now`.
    pub(crate) async fn release(&self, worker: &WorkerContext, now: DateTime<Utc>) -> RedisResult<()> {
        Script::new(include_str!("release.lua"))
            .key(self.config.queue.as_ref())
            .arg(worker.name())
            .arg(now.timestamp())
            .invoke_async(&mut self.redis.clone())
            .await
    }
}
