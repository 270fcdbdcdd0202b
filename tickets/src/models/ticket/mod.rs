//! The aggregate of this service.

mod document;
mod error;
pub(super) mod recovery;
mod transitions;

use bson::{Document, doc};
use common::{
    api::{
        TicketId, UserId, Version,
        tickets::{Ticket, TicketDraft},
    },
    clock::Clock,
    messaging::{Broker, Outbox, OutboxEvent, Relay},
    text,
};
use mongodb::{Collection, Database, IndexModel, error::Error};

use super::{Search, standing::Standing};

use document::TicketDocument;
pub use error::TicketError;

/// The service's tickets. Cheap to clone.
#[derive(Clone)]
pub struct Tickets {
    pub(super) collection: Collection<TicketDocument>,
    outbox: Outbox,
    clock: Clock,
}

impl Tickets {
    /// Opens the collection and creates its indexes.
    pub async fn open(database: &Database, clock: Clock) -> Result<Self, Error> {
        let collection = database.collection("tickets");
        let index = |keys: Document| IndexModel::builder().keys(keys).build();
        let for_sale = index(doc! { "orderId": 1, "_id": -1 });
        let by_seller = index(doc! { "userId": 1, "_id": -1 });
        let by_word = index(doc! { "words": 1 });
        collection.create_indexes([for_sale, by_seller, by_word, Relay::index()]).await?;
        Ok(Self { collection, outbox: Outbox::default(), clock })
    }

    /// The relay that publishes the tickets' events.
    #[must_use]
    pub fn relay(&self, broker: Broker) -> Relay {
        Relay::new(&self.collection, broker, self.outbox.clone())
    }

    /// Lists a new ticket.
    pub async fn create(&self, seller: UserId, draft: TicketDraft) -> Result<Ticket, Error> {
        let mut ticket = TicketDocument {
            id: TicketId::new(),
            version: Version(0),
            words: text::index(&draft.title),
            title: draft.title,
            price: draft.price,
            user_id: seller,
            standing: Standing::default(),
            outbox: Vec::new(),
        };
        ticket.outbox.push(OutboxEvent::new(&ticket.created(), self.clock.now()).into());
        self.collection.insert_one(&ticket).await?;
        self.outbox.wake();
        Ok(ticket.into())
    }

    /// A ticket.
    pub async fn find(&self, id: &TicketId) -> Result<Option<Ticket>, Error> {
        Ok(self.get(id).await?.map(Ticket::from))
    }

    /// A page of the tickets for sale, newest first, and the id after which the next
    /// page begins.
    pub async fn for_sale(&self, search: &Search) -> Result<(Vec<Ticket>, Option<TicketId>), Error> {
        self.page(search, doc! { "orderId": null }).await
    }

    /// A page of a seller's tickets, also those held or sold, newest first, and the id
    /// after which the next page begins.
    pub async fn of_seller(&self, seller: &UserId, search: &Search) -> Result<(Vec<Ticket>, Option<TicketId>), Error> {
        self.page(search, doc! { "userId": seller }).await
    }

    async fn page(&self, search: &Search, filter: Document) -> Result<(Vec<Ticket>, Option<TicketId>), Error> {
        let (page, last) = search.paging.of(&self.collection, search.narrow(filter)).await?;
        Ok((page.into_iter().map(Ticket::from).collect(), last))
    }

    async fn get(&self, id: &TicketId) -> Result<Option<TicketDocument>, Error> {
        self.collection.find_one(doc! { "_id": id }).await
    }
}
