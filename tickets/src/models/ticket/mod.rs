//! The aggregate of this service.

mod document;
mod error;
mod handover;
pub(super) mod recovery;
mod transitions;

use bson::{Document, doc};
use common::{
    api::{
        TicketId, UserId, Version,
        tickets::{About, Ticket, TicketDraft},
    },
    clock::Clock,
    messaging::{Broker, Outbox, OutboxEvent, Relay},
    page::COUNT_LIMIT,
    text,
};
use mongodb::{Collection, Database, IndexModel, error::Error};

use crate::handover::HandoverKeys;

use super::{Found, Search, SellingState, standing::Standing};

pub(super) use document::never;
use document::{TicketDocument, begins};
pub use error::TicketError;

/// The service's tickets. Cheap to clone.
#[derive(Clone)]
pub struct Tickets {
    pub(super) collection: Collection<TicketDocument>,
    outbox: Outbox,
    pub(super) clock: Clock,
    keys: HandoverKeys,
}

impl Tickets {
    /// Opens the collection and creates its indexes.
    pub async fn open(database: &Database, keys: HandoverKeys, clock: Clock) -> Result<Self, Error> {
        let collection = database.collection("tickets");
        let index = |keys: Document| IndexModel::builder().keys(keys).build();
        let newest = index(doc! { "orderId": 1, "_id": -1 });
        let soonest = index(doc! { "orderId": 1, "begins": 1, "_id": 1 });
        // Read backwards for the dearest.
        let cheapest = index(doc! { "orderId": 1, "price": 1, "_id": 1 });
        let by_seller = index(doc! { "userId": 1, "_id": -1 });
        let by_word = index(doc! { "words": 1 });
        collection.create_indexes([newest, soonest, cheapest, by_seller, by_word, Relay::index()]).await?;
        Ok(Self { collection, outbox: Outbox::default(), clock, keys })
    }

    /// The relay that publishes the tickets' events.
    #[must_use]
    pub fn relay(&self, broker: Broker) -> Relay {
        Relay::new(&self.collection, broker, self.outbox.clone())
    }

    /// Lists a new ticket.
    pub async fn create(&self, seller: UserId, draft: TicketDraft) -> Result<Ticket, TicketError> {
        let (id, about) = (TicketId::new(), draft.about(&About::default()));
        let mut ticket = TicketDocument {
            handover: self.sealed(&id, draft.handover.as_ref())?,
            id,
            version: Version(0),
            words: text::index(&draft.title),
            title: draft.title,
            price: draft.price,
            user_id: seller,
            begins: begins(&about),
            about,
            withdrawn: false,
            refunded: Vec::new(),
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

    /// A page of the tickets for sale: those that nobody holds, that are not withdrawn and
    /// whose event has not begun.
    pub async fn for_sale(&self, search: &Search) -> Result<Found, Error> {
        self.page(search, SellingState::ForSale.filter(self.clock.now().into()), Ticket::from).await
    }

    /// A page of a seller's tickets, also those held, sold or withdrawn.
    pub async fn of_seller(
        &self,
        seller: &UserId,
        state: Option<SellingState>,
        search: &Search,
    ) -> Result<Found, Error> {
        let mut filter = doc! { "userId": seller };
        filter.extend(state.map(|state| state.filter(self.clock.now().into())).unwrap_or_default());
        self.page(search, filter, TicketDocument::for_seller).await
    }

    async fn page(
        &self,
        search: &Search,
        filter: Document,
        shown: fn(TicketDocument) -> Ticket,
    ) -> Result<Found, Error> {
        let filter = search.narrow(filter);
        let total = if search.count {
            Some(self.collection.count_documents(filter.clone()).limit(COUNT_LIMIT + 1).await?)
        } else {
            None
        };
        let (page, last) = search.paging.of(&self.collection, filter).await?;
        Ok(Found { tickets: page.into_iter().map(shown).collect(), last, total })
    }

    async fn get(&self, id: &TicketId) -> Result<Option<TicketDocument>, Error> {
        self.collection.find_one(doc! { "_id": id }).await
    }
}
