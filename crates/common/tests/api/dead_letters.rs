use common::{
    events::Subject,
    messaging::{DeadLetter, DeadLetters},
    testing::{TestEnv, eventually, ticket_created},
};

use super::{Counter, accept, listen, refuse};

async fn letters(env: &TestEnv, count: usize) -> Vec<DeadLetter> {
    eventually("the dead letters are stored", async || {
        let letters = env.dead_letters().await;
        (letters.len() >= count).then_some(letters)
    })
    .await
}

#[tokio::test]
async fn an_undecodable_message_becomes_a_dead_letter_and_blocks_no_other() {
    let env = TestEnv::new().await;
    let counter = Counter::new(accept);
    let service = listen(&env, counter.clone()).await;
    let payloads: [&[u8]; 4] = [b"not json", br#"{"id":"x"}"#, b"\xff\xfe", b""];
    for payload in payloads {
        env.publish_raw(Subject::TicketCreated, payload).await;
    }
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    counter.called(&ticket.id).await;

    let letters = letters(&env, payloads.len()).await;
    service.stop().await;
    for (letter, payload) in letters.iter().zip(payloads) {
        assert_eq!(letter.service, "test-service");
        assert!(letter.subject.ends_with("ticket:created"), "{}", letter.subject);
        // The reason has its cause.
        let reason = letter.reason.strip_prefix("can't be decoded: ").unwrap();
        assert!(reason.contains("line 1 column"), "{reason}");
        assert_eq!(letter.payload, String::from_utf8_lossy(payload));
    }
    let mut sequences: Vec<_> = letters.iter().map(|letter| letter.event_sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_dead_letter_can_be_republished_once_its_cause_is_fixed() {
    let env = TestEnv::new().await;
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    let broken = Counter::new(refuse);
    let service = listen(&env, broken.clone()).await;
    let letter = letters(&env, 1).await.remove(0);
    assert_eq!((letter.reason.as_str(), broken.calls(&ticket.id)), ("not today", 1));
    service.stop().await;

    let fixed = Counter::new(accept);
    let _service = listen(&env, fixed.clone()).await;
    DeadLetters::open(&env.broker).await.unwrap().republish(letter.sequence).await.unwrap();
    fixed.called(&ticket.id).await;
    assert!(env.dead_letters().await.is_empty());
}

#[tokio::test]
async fn dead_letters_of_many_batches_are_listed_in_order() {
    const COUNT: u64 = 600;
    let env = TestEnv::new().await;
    let (jetstream, stream) = env.broker.raw();
    let subject = format!("{}dead.ear-service.ticket:created", stream.trim_end_matches("TICKETING"));
    for number in 1..=COUNT {
        jetstream.publish(subject.clone(), number.to_string().into()).await.unwrap().await.unwrap();
    }
    let dead = jetstream.get_stream(format!("{stream}_DEAD")).await.unwrap();
    dead.delete_message(2).await.unwrap();

    let listed: Vec<u64> = env.dead_letters().await.iter().map(|letter| letter.sequence).collect();
    assert_eq!(listed, (1..=COUNT).filter(|number| *number != 2).collect::<Vec<_>>());
    assert_eq!(DeadLetters::open(&env.broker).await.unwrap().count().await.unwrap(), COUNT - 1);
}
