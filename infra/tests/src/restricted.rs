//! What the Pod Security Standard `restricted` asks and checkov does not report, or may
//! be told to skip.

use crate::support::prelude::*;

fn problems(objects: &[Value]) -> Vec<String> {
    let of = |(object, pod, container): (&Value, &Value, &Value)| {
        // The container's own context wins over the pod's.
        let setting = |name: &str| {
            let pointer = format!("/securityContext/{name}");
            container.pointer(&pointer).or_else(|| pod.pointer(&format!("/spec{pointer}")))
        };
        let rules = [
            (setting("runAsNonRoot") == Some(&json!(true)), "set runAsNonRoot"),
            (setting("runAsUser").and_then(Value::as_u64).is_some_and(|user| user > 0), "set a numeric user, not root"),
            (setting("seccompProfile/type") == Some(&json!("RuntimeDefault")), "set seccompProfile RuntimeDefault"),
            (deep(pod, "hostPath").is_empty(), "mount no path of the node"),
        ];
        let place = format!("{}, {}", title(object), text(container, "/name"));
        unkept(rules.map(|(kept, message)| (kept, format!("{place}: {message}"))))
    };
    every_container(objects).flat_map(of).collect()
}

#[test]
fn every_container_meets_the_restricted_standard() {
    let volume = "Deployment/auth-depl pod/volumes [{name: etc, hostPath: {path: /etc}}]";
    check(
        &ALL,
        problems,
        &[
            ("Deployment/auth-depl pod/securityContext/runAsNonRoot", "set runAsNonRoot"),
            ("Deployment/auth-depl c0/securityContext/runAsNonRoot false", "set runAsNonRoot"),
            ("Deployment/auth-depl c0/securityContext/runAsUser 0", "not root"),
            ("StatefulSet/auth-mongo-depl pod/securityContext/runAsUser", "set a numeric user"),
            ("Deployment/auth-depl c0/securityContext/seccompProfile {type: Unconfined}", "RuntimeDefault"),
            (volume, "no path of the node"),
        ],
    );
    let namespace = find(Set::Prod.objects(), "Namespace", "ticketing").unwrap();
    let enforced = ("pod-security.kubernetes.io/enforce", "restricted");
    assert!(entries(namespace, "/metadata/labels").any(|label| label == enforced), "the namespace must enforce it");
}
