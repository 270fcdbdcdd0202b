//! Looking into Kubernetes' objects.

use serde_json::Value;

pub fn kind(object: &Value) -> &str {
    text(object, "/kind")
}

pub fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

/// The namespace; where none is named, that of the shop, whatever it is called.
pub fn namespace(object: &Value) -> &str {
    object.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or("ticketing")
}

/// `Deployment/auth-depl`.
pub fn title(object: &Value) -> String {
    format!("{}/{}", kind(object), name(object))
}

/// A text at a pointer; empty where there is none.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// A number at a pointer.
pub fn number(value: &Value, pointer: &str) -> Option<u64> {
    value.pointer(pointer).and_then(Value::as_u64)
}

/// A list at a pointer; empty where there is none.
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The keys and texts of a map at a pointer.
pub fn entries<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let map = value.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
    map.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

/// All objects of a kind.
pub fn of_kind<'a>(objects: &'a [Value], wanted: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |object| kind(object) == wanted)
}

/// The object of a kind and a name.
pub fn find<'a>(objects: &'a [Value], wanted: &str, named: &str) -> Option<&'a Value> {
    objects.iter().find(|object| kind(object) == wanted && name(object) == named)
}

/// The template of its pods, if it makes pods.
pub fn pod(object: &Value) -> Option<&Value> {
    match kind(object) {
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => object.pointer("/spec/template"),
        "CronJob" => object.pointer("/spec/jobTemplate/spec/template"),
        _ => None,
    }
}

/// Whatever makes pods, with their template.
pub fn workloads(objects: &[Value]) -> impl Iterator<Item = (&Value, &Value)> {
    objects.iter().filter_map(|object| Some((object, pod(object)?)))
}

/// Those that stay: of their pods there are always some.
pub fn lasting(objects: &[Value]) -> impl Iterator<Item = (&Value, &Value)> {
    workloads(objects).filter(|(object, _)| !matches!(kind(object), "Job" | "CronJob"))
}

/// The containers of a pod that run side by side.
pub fn containers(pod: &Value) -> &[Value] {
    list(pod, "/spec/containers")
}

/// Those, and the ones that go before.
pub fn all_containers(pod: &Value) -> impl Iterator<Item = &Value> {
    list(pod, "/spec/initContainers").iter().chain(containers(pod))
}

/// Of a container in our own image, the program: `auth` of `…/ticketing/auth:dev`.
pub fn our_program(container: &Value) -> Option<&str> {
    let image = text(container, "/image").split('@').next()?;
    let (folder, last) = image.rsplit_once('/')?;
    let ours = folder == "ticketing" || folder.ends_with("/ticketing");
    ours.then(|| last.split(':').next().unwrap_or(last))
}

/// Whether `labels` has all that a `matchLabels` or a Service's selector asks for.
pub fn has_labels(pod: &Value, wanted: &Value) -> bool {
    let labels = pod.pointer("/metadata/labels").unwrap_or(&Value::Null);
    wanted.as_object().is_some_and(|wanted| wanted.iter().all(|(key, value)| labels.get(key) == Some(value)))
}
