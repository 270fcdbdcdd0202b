//! `worker.rs`: when holds end, and that their keys are removed.

use chrono::TimeDelta;
use common::{
    events::ExpirationComplete,
    testing::{Service, TestEnv, eventually},
};
use futures::{StreamExt, stream};

use crate::{LONG, ended, env, order, ordered, scheduled, start, store::Store};

/// A running service without grace, and its keys.
async fn running() -> (TestEnv, Store, Service) {
    let env = env().await;
    let store = Store::open(&env).await;
    let service = start(&env).await;
    (env, store, service)
}

#[tokio::test]
async fn a_hold_ends_when_the_grace_is_over_and_not_before() {
    let env = TestEnv::new().await.with("PAYMENT_GRACE_SECONDS", "1");
    let _service = start(&env).await;

    let order = ordered(&env, 300).await;
    ended(&env, &order).await;

    let late = env.clock.now() - (order.expires_at + TimeDelta::seconds(1));
    assert!(late >= TimeDelta::zero(), "{late} early");
}

#[tokio::test]
async fn an_overdue_hold_ends_at_once() {
    let env = env().await;
    let _service = start(&env).await;

    let order = ordered(&env, -LONG).await;
    ended(&env, &order).await;
}

#[tokio::test]
async fn a_hold_in_the_far_future_delays_no_other() {
    let (env, mut store, _service) = running().await;

    let far = order("9999-12-31T23:59:59Z".parse().unwrap());
    env.publish(&far).await;
    store.scheduled(&far).await;
    let near = ordered(&env, 0).await;

    ended(&env, &near).await;
    assert_eq!(env.published::<ExpirationComplete>().await.len(), 1);
}

#[tokio::test]
async fn ended_holds_leave_no_keys() {
    let (env, mut store, service) = running().await;

    for milliseconds in [-LONG, 0, 200] {
        ended(&env, &ordered(&env, milliseconds).await).await;
    }
    eventually("no jobs", async || (store.count().await == 0).then_some(())).await;
    let keys = store.keys().await;
    assert!(keys.iter().all(|key| key.starts_with(":workers")), "{keys:?}");

    service.stop().await;
    assert_eq!(store.keys().await, Vec::<String>::new());
}

#[tokio::test]
async fn a_hold_outlives_the_service_that_scheduled_it() {
    let (env, mut store, service) = running().await;

    let order = scheduled(&env, &mut store, 2_000).await;
    service.stop().await;

    let _service = start(&env).await;
    ended(&env, &order).await;
}

#[tokio::test]
async fn a_crashed_workers_jobs_are_taken_over() {
    let (env, mut store, service) = running().await;
    let order = scheduled(&env, &mut store, 2_000).await;
    service.stop().await;

    let [scheduled, inflight, workers] = [":scheduled", ":inflight:crashed", ":workers"].map(|name| store.key(name));
    let mut crash = redis::pipe();
    crash.zrem(scheduled, order.id.as_str()).sadd(inflight, order.id.as_str()).zadd(workers, "crashed", 1);
    let taken: Vec<usize> = crash.query_async(&mut store.redis).await.unwrap();
    assert_eq!(taken, [1, 1, 1]);

    let _service = start(&env).await;
    ended(&env, &order).await;
}

#[tokio::test]
async fn an_emptied_redis_loses_no_hold() {
    let (env, mut store, _service) = running().await;
    let done = ordered(&env, LONG).await;
    env.publish(&ExpirationComplete { order_id: done.id.clone() }).await;
    let [long, short] = [scheduled(&env, &mut store, LONG).await, scheduled(&env, &mut store, 4_000).await];

    store.empty().await;

    store.scheduled(&long).await;
    ended(&env, &short).await;
    ended(&env, &ordered(&env, 0).await).await;
    assert!(!store.jobs().await.contains(&done.id.to_string()), "a hold that has ended is scheduled again");
}

#[tokio::test]
async fn a_clock_that_is_days_ahead_forgets_no_hold() {
    let (env, mut store, service) = running().await;
    let order = scheduled(&env, &mut store, LONG).await;
    service.stop().await;

    // The event is acknowledged and the job is lost: only JetStream still has the order.
    store.empty().await;
    env.clock.advance(TimeDelta::days(3));
    let _service = start(&env).await;
    ended(&env, &order).await;
}

#[tokio::test]
async fn a_partly_lost_job_is_restored_and_blocks_no_other() {
    let (env, mut store, _service) = running().await;
    store.worker().await;
    let mut orders = Vec::new();
    for _ in 0..3 {
        orders.push(scheduled(&env, &mut store, 2_000).await);
    }

    let (data, metadata) = (store.key(":data"), store.key(&format!(":meta:{}", orders[1].id)));
    let mut loss = redis::pipe();
    loss.hdel(data, orders[0].id.as_str()).del(metadata);
    assert_eq!(loss.query_async::<[usize; 2]>(&mut store.redis).await.unwrap(), [1, 1]);

    for order in &orders {
        ended(&env, order).await;
    }
}

#[tokio::test]
async fn an_unreadable_job_ends_its_hold_and_blocks_no_other() {
    let (env, mut store, _service) = running().await;
    store.worker().await;
    let [unreadable, sound] = [scheduled(&env, &mut store, 2_000).await, scheduled(&env, &mut store, 2_000).await];
    let mut garble = redis::cmd("HSET");
    garble.arg(store.key(":data")).arg(unreadable.id.as_str()).arg("{\"orderId\":7}");
    garble.query_async::<()>(&mut store.redis).await.unwrap();

    ended(&env, &sound).await;
    ended(&env, &ordered(&env, 0).await).await;
    ended(&env, &unreadable).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nine_thousand_holds_that_are_due_at_once_all_end() {
    const MANY: usize = 9_000;
    let (env, mut store, _service) = running().await;
    stream::iter(0..MANY).for_each_concurrent(256, async |_| _ = ordered(&env, LONG).await).await;
    for so_far in (1_500..=MANY).step_by(1_500) {
        eventually("scheduled", async || (store.count().await >= so_far).then_some(())).await;
    }

    // All due within one poll: more than apalis' script can move at once.
    env.clock.advance(TimeDelta::milliseconds(LONG));
    store.make_all_due().await;

    for so_far in (1_500..=MANY).step_by(1_500) {
        let ended = async || (env.published::<ExpirationComplete>().await.len() >= so_far).then_some(());
        eventually("ended", ended).await;
    }
    eventually("no jobs", async || (store.count().await == 0).then_some(())).await;
}
