use common::{
    events::Subject,
    messaging::{DeadLetter, DeadLetters},
    testing::{TestEnv, eventually, ticket_created},
};

use super::{Ear, refuse, take};

async fn letters(env: &TestEnv, count: usize) -> Vec<DeadLetter> {
    eventually("the dead letters are kept", async || {
        let letters = env.dead_letters().await;
        (letters.len() >= count).then_some(letters)
    })
    .await
}

#[tokio::test]
async fn what_can_not_be_decoded_is_kept_with_its_reason_and_blocks_nobody() {
    let env = TestEnv::new().await;
    let ear = Ear::new(take);
    let service = ear.listen(&env).await;
    let payloads: [&[u8]; 4] = [b"not json", br#"{"id":"x"}"#, b"\xff\xfe", b""];
    for payload in payloads {
        env.publish_raw(Subject::TicketCreated, payload).await;
    }
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    eventually("the one behind is heard", async || (ear.heard(&ticket.id) == 1).then_some(())).await;

    let letters = letters(&env, payloads.len()).await;
    service.stop().await;
    for (letter, payload) in letters.iter().zip(payloads) {
        assert_eq!(letter.service, "ear-service");
        assert!(letter.subject.ends_with("ticket:created"), "{}", letter.subject);
        assert!(letter.reason.starts_with("can't be decoded"), "{}", letter.reason);
        assert_eq!(letter.payload, String::from_utf8_lossy(payload));
    }
    let mut sequences: Vec<_> = letters.iter().map(|letter| letter.event_sequence).collect();
    sequences.sort_unstable();
    assert_eq!(sequences, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_dead_letter_is_handled_when_it_is_published_again() {
    let env = TestEnv::new().await;
    let ticket = ticket_created("1");
    env.publish(&ticket).await;
    let broken = Ear::new(refuse);
    let service = broken.listen(&env).await;
    let letter = letters(&env, 1).await.remove(0);
    assert_eq!((letter.reason.as_str(), broken.heard(&ticket.id)), ("not today", 1));
    service.stop().await;

    let mended = Ear::new(take);
    let _service = mended.listen(&env).await;
    DeadLetters::open(&env.broker).await.unwrap().republish(letter.sequence).await.unwrap();
    eventually("heard", async || (mended.heard(&ticket.id) == 1).then_some(())).await;
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
