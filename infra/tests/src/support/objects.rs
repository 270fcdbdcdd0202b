//! Reading Kubernetes objects.

use serde_json::Value;

pub fn kind(object: &Value) -> &str {
    text(object, "/kind")
}

pub fn name(object: &Value) -> &str {
    text(object, "/metadata/name")
}

/// The namespace; the shop's where none is given.
pub fn namespace(object: &Value) -> &str {
    object.pointer("/metadata/namespace").and_then(Value::as_str).unwrap_or("ticketing")
}

/// `Deployment/auth-depl`.
pub fn title(object: &Value) -> String {
    format!("{}/{}", kind(object), name(object))
}

/// The text at a pointer, or an empty one.
pub fn text<'a>(value: &'a Value, pointer: &str) -> &'a str {
    value.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// The number at a pointer.
pub fn number(value: &Value, pointer: &str) -> Option<u64> {
    value.pointer(pointer).and_then(Value::as_u64)
}

/// The list at a pointer, or an empty one.
pub fn list<'a>(value: &'a Value, pointer: &str) -> &'a [Value] {
    value.pointer(pointer).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts in the map at a pointer, with their keys.
pub fn entries<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = (&'a str, &'a str)> {
    let map = value.pointer(pointer).and_then(Value::as_object).into_iter().flatten();
    map.filter_map(|(key, value)| Some((key.as_str(), value.as_str()?)))
}

/// Every value under a key, at any depth.
pub fn deep<'a>(value: &'a Value, key: &str) -> Vec<&'a Value> {
    match value {
        Value::Object(map) => map
            .iter()
            .flat_map(|(it, value)| (it == key).then_some(value).into_iter().chain(deep(value, key)))
            .collect(),
        Value::Array(list) => list.iter().flat_map(|value| deep(value, key)).collect(),
        _ => Vec::new(),
    }
}

/// All objects of a kind.
pub fn of_kind<'a>(objects: &'a [Value], wanted: &'a str) -> impl Iterator<Item = &'a Value> {
    objects.iter().filter(move |object| kind(object) == wanted)
}

/// The object of a kind and a name.
pub fn find<'a>(objects: &'a [Value], wanted: &str, named: &str) -> Option<&'a Value> {
    objects.iter().find(|object| kind(object) == wanted && name(object) == named)
}

/// Every object that makes pods, with the template of its pods.
pub fn workloads(objects: &[Value]) -> impl Iterator<Item = (&Value, &Value)> {
    let pod = |object: &'_ Value| match kind(object) {
        "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => "/spec/template",
        "CronJob" => "/spec/jobTemplate/spec/template",
        _ => "/none",
    };
    objects.iter().filter_map(move |object| Some((object, object.pointer(pod(object))?)))
}

/// The workloads whose pods run all the time.
pub fn lasting(objects: &[Value]) -> impl Iterator<Item = (&Value, &Value)> {
    workloads(objects).filter(|(object, _)| !matches!(kind(object), "Job" | "CronJob"))
}

/// Every container of every workload, init containers first: object, pod, container.
pub fn every_container(objects: &[Value]) -> impl Iterator<Item = (&Value, &Value, &Value)> {
    workloads(objects).flat_map(|(object, pod)| {
        let containers = list(pod, "/spec/initContainers").iter().chain(list(pod, "/spec/containers"));
        containers.map(move |container| (object, pod, container))
    })
}

/// The containers in images of this repository: object, container, program.
pub fn ours(objects: &[Value]) -> impl Iterator<Item = (&Value, &Value, &str)> {
    every_container(objects).filter_map(|(object, _, container)| Some((object, container, our_program(container)?)))
}

/// The program in an image of this repository: `auth` of `…/ticketing/auth:dev`.
pub fn our_program(container: &Value) -> Option<&str> {
    let image = text(container, "/image").split('@').next()?;
    let (folder, last) = image.rsplit_once('/')?;
    (folder == "ticketing" || folder.ends_with("/ticketing")).then(|| last.split(':').next().unwrap_or(last))
}

/// Whether a pod has all labels that a `matchLabels` or a Service's selector asks for.
pub fn has_labels(pod: &Value, wanted: &Value) -> bool {
    let labels = pod.pointer("/metadata/labels").unwrap_or(&Value::Null);
    wanted.as_object().is_some_and(|wanted| wanted.iter().all(|(key, value)| labels.get(key) == Some(value)))
}
