//! Limits sign-ins and sign-ups by client address.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

use axum::{
    extract::{ConnectInfo, FromRef, FromRequestParts},
    http::{HeaderMap, request::Parts},
};
use common::error::ApiError;
use governor::{
    DefaultKeyedRateLimiter, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
};
use tokio::time::interval;
use tokio_util::sync::CancellationToken;

/// How often addresses are forgotten whose allowance is full again, which bounds the memory
/// that a flood of addresses takes.
const EVICTION: Duration = Duration::from_secs(10);

/// Counts attempts by client address. Cheap to clone.
#[derive(Clone)]
pub struct Limiter {
    attempts: Option<Arc<DefaultKeyedRateLimiter<IpAddr>>>,
    trust_proxy: bool,
}

impl Limiter {
    /// Allows so many attempts per minute and address; 0 means no limit.
    pub fn new(per_minute: u32, trust_proxy: bool) -> Self {
        let quota = NonZeroU32::new(per_minute).map(Quota::per_minute);
        Self { attempts: quota.map(|quota| Arc::new(RateLimiter::keyed(quota))), trust_proxy }
    }

    /// Counts an attempt. The error is the time until the next one is allowed.
    fn attempt(&self, address: IpAddr) -> Result<(), Duration> {
        let Some(attempts) = &self.attempts else { return Ok(()) };
        attempts.check_key(&network(address)).map_err(|until| until.wait_time_from(DefaultClock::default().now()))
    }

    /// Forgets idle addresses from time to time, until `stop`.
    pub(crate) async fn evict_idle(self, stop: CancellationToken) {
        let mut evictions = interval(EVICTION);
        while stop.run_until_cancelled(evictions.tick()).await.is_some() {
            if let Some(attempts) = &self.attempts {
                attempts.retain_recent();
                attempts.shrink_to_fit();
            }
        }
    }

    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let forwarded = if self.trust_proxy { forwarded_for(headers) } else { None };
        forwarded.unwrap_or(peer)
    }
}

/// The address that the trusted proxy appended to the header. It is the last one; the
/// client controls those before it.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").into_iter().next_back()?;
    // Bytes, as the client's part may not be UTF-8.
    let appended = last.as_bytes().rsplit(|&byte| byte == b',').next()?;
    str::from_utf8(appended).ok()?.trim().parse().ok()
}

/// The network that counts as one client: the first 64 bits of an IPv6 address, as a
/// subscriber usually controls the rest.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from(u128::from(address) & (u128::MAX << 64)).into(),
    }
}

/// Extractor that answers 429 to a client with too many attempts.
pub struct Limited;

impl<S> FromRequestParts<S> for Limited
where
    S: Send + Sync,
    Limiter: FromRef<S>,
{
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let limiter = Limiter::from_ref(state);
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let peer = peer.ok_or_else(|| ApiError::internal("the client's address is not known"))?;
        let client = limiter.client(peer, &parts.headers);
        limiter.attempt(client).map(|()| Self).map_err(ApiError::TooManyRequests)
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn clients_are_limited_separately() {
        let limiter = Limiter::new(2, false);
        for _ in 0..2 {
            limiter.attempt(address("10.0.0.1")).unwrap();
        }
        assert!(limiter.attempt(address("10.0.0.1")).unwrap_err() <= Duration::from_secs(30));
        limiter.attempt(address("10.0.0.2")).unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn idle_addresses_are_forgotten_and_others_are_not() {
        let limiter = Limiter::new(1, false);
        let attempts = limiter.attempts.clone().unwrap();
        let idle = DefaultKeyedRateLimiter::keyed(Quota::with_period(Duration::from_nanos(1)).unwrap());
        let fast = Limiter { attempts: Some(Arc::new(idle)), trust_proxy: false };
        for last in 0..100 {
            limiter.attempt([10, 0, 0, last].into()).unwrap();
            fast.attempt([10, 0, 0, last].into()).unwrap();
        }
        let stop = CancellationToken::new();
        for limiter in [limiter, fast.clone()] {
            tokio::spawn(limiter.evict_idle(stop.clone()));
        }
        tokio::time::sleep(EVICTION).await;
        assert_eq!((attempts.len(), fast.attempts.unwrap().len()), (100, 0));
    }

    #[test]
    fn zero_means_no_limit() {
        let limiter = Limiter::new(0, false);
        assert!((0..1000).all(|_| limiter.attempt(address("10.0.0.1")).is_ok()));
    }

    #[test]
    fn addresses_of_one_ipv6_network_are_one_client() {
        assert_eq!(network(address("2001:db8::1")), network(address("2001:db8::ffff:1")));
        assert_ne!(network(address("2001:db8::1")), network(address("2001:db8:0:1::1")));
        assert_eq!(network(address("::ffff:10.0.0.1")), address("10.0.0.1"));
    }

    #[test]
    fn a_forwarded_address_counts_only_behind_a_trusted_proxy() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", "1.1.1.1, 2.2.2.2".parse().unwrap());
        let peer = address("10.0.0.1");
        assert_eq!(Limiter::new(1, true).client(peer, &headers), address("2.2.2.2"));
        assert_eq!(Limiter::new(1, false).client(peer, &headers), peer);
        headers.insert("x-forwarded-for", HeaderValue::from_bytes(b"caf\xe9, 2.2.2.2").unwrap());
        assert_eq!(Limiter::new(1, true).client(peer, &headers), address("2.2.2.2"));
        headers.insert("x-forwarded-for", "nonsense".parse().unwrap());
        assert_eq!(Limiter::new(1, true).client(peer, &headers), peer);
    }
}
