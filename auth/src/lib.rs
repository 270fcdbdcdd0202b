//! Accounts and sessions: who somebody is.

mod ended;
mod limiter;
mod models;
mod passwords;
mod routes;

use axum::extract::FromRef;
use common::{
    clock::Clock,
    config::Env,
    mongo,
    server::App,
    service::StartError,
    session::{SessionIssuer, Sessions},
};

use crate::{ended::Ended, limiter::Limiter, models::Users, passwords::Passwords};

/// The service's name in logs, traces and metrics.
pub const NAME: &str = "auth";

/// What handlers share. Cheap to clone.
#[derive(Clone, FromRef)]
struct AppState {
    sessions: Sessions,
    issuer: SessionIssuer,
    users: Users,
    passwords: Passwords,
    limiter: Limiter,
    ended: Ended,
}

/// Connects to the database and puts the service together.
pub async fn start(env: &Env, clock: Clock) -> Result<App, StartError> {
    let limiter = Limiter::new(env.or("AUTH_RATE_PER_MINUTE", 30)?, env.or("TRUST_PROXY", false)?);
    let sessions = Sessions::from_env(env, clock.clone())?;
    let issuer = SessionIssuer::new(sessions.clone(), env.or("COOKIE_SECURE", true)?);
    let database = mongo::connect(&env.required::<String>("MONGO_URI")?).await?;
    let (users, passwords) = (Users::open(&database).await?, Passwords::new()?);
    let ended = Ended::open(users.clone(), clock).await?;
    let state = AppState { sessions, issuer, users, passwords, limiter: limiter.clone(), ended: ended.clone() };
    let router = routes::router(state);
    Ok(App::new(NAME, router)
        .with_database(&database)
        .with_task("limiter", |stop| limiter.evict_idle(stop))
        .with_task("ended", |stop| ended.follow(stop)))
}
