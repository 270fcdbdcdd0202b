//! The aggregate of this service.

use bson::{Document, doc};
use common::{
    api::{
        OrderId, Price, TicketId, UserId, Version, price,
        tickets::{Ticket, TicketDraft},
    },
    clock::Clock,
    events::{OrderCancelled, OrderCreated, TicketCreated, TicketUpdated},
    messaging::{Broker, Failure, Outbox, Pending, Relay},
};
use futures::TryStreamExt;
use mongodb::{Collection, Database, IndexModel, error::Error};
use serde::{Deserialize, Serialize};

use super::{Search, search::words};

/// The service's tickets. Cheap to clone.
#[derive(Clone)]
pub struct Tickets {
    collection: Collection<TicketDocument>,
    outbox: Outbox,
    clock: Clock,
}

/// A ticket as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct TicketDocument {
    #[serde(rename = "_id")]
    id: TicketId,
    version: Version,
    title: String,
    /// The title's words, for searches.
    words: Vec<String>,
    #[serde(with = "price::cents")]
    price: Price,
    user_id: UserId,
    /// The order that holds or has bought the ticket.
    order_id: Option<OrderId>,
    /// The number of the latest order that was heard of, 0 before the first.
    /// Whatever is said of an earlier one is old news.
    order_sequence: i64,
    outbox: Vec<Pending>,
}

/// Why a ticket was not changed.
#[derive(Debug, thiserror::Error)]
pub enum EditRefused {
    /// There is none.
    #[error("no such ticket")]
    NotFound,
    /// An order holds or has bought it.
    #[error("held by an order")]
    Reserved,
    /// It is somebody else's.
    #[error("not the seller's")]
    NotSeller,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// An order on a ticket that was never listed.
#[derive(Debug, thiserror::Error)]
pub enum UnknownTicket {
    /// There is no such ticket.
    #[error("order {0} is on an unknown ticket {1}")]
    Unknown(OrderId, TicketId),
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<UnknownTicket> for Failure {
    fn from(error: UnknownTicket) -> Self {
        match error {
            UnknownTicket::Unknown(..) => Self::impossible(error),
            UnknownTicket::Store(error) => error.into(),
        }
    }
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

    /// What publishes the tickets' events.
    #[must_use]
    pub fn relay(&self, broker: Broker) -> Relay {
        Relay::new(&self.collection, broker, self.outbox.clone())
    }

    /// Lists a new ticket.
    pub async fn create(&self, seller: UserId, draft: TicketDraft) -> Result<Ticket, Error> {
        let mut ticket = TicketDocument {
            id: TicketId::new(),
            version: Version(0),
            words: words(&draft.title),
            title: draft.title,
            price: draft.price,
            user_id: seller,
            order_id: None,
            order_sequence: 0,
            outbox: Vec::new(),
        };
        ticket.outbox.push(Pending::new(&ticket.created(), self.clock.now()));
        self.collection.insert_one(&ticket).await?;
        self.outbox.wake();
        Ok(ticket.into())
    }

    /// A ticket.
    pub async fn find(&self, id: &TicketId) -> Result<Option<Ticket>, Error> {
        Ok(self.get(id).await?.map(Ticket::from))
    }

    /// A page of the tickets that nobody holds, newest first, and whether more follow.
    pub async fn for_sale(&self, search: &Search) -> Result<(Vec<Ticket>, bool), Error> {
        self.page(search, doc! { "orderId": null }).await
    }

    /// A page of a seller's tickets, held and sold ones too, newest first, and
    /// whether more follow.
    pub async fn of_seller(&self, seller: &UserId, search: &Search) -> Result<(Vec<Ticket>, bool), Error> {
        self.page(search, doc! { "userId": seller }).await
    }

    /// Changes title and price, for the seller and while nobody holds the ticket.
    pub async fn edit(&self, id: &TicketId, seller: &UserId, draft: &TicketDraft) -> Result<Ticket, EditRefused> {
        loop {
            let ticket = self.get(id).await?.ok_or(EditRefused::NotFound)?;
            if ticket.order_id.is_some() {
                return Err(EditRefused::Reserved);
            }
            if ticket.user_id != *seller {
                return Err(EditRefused::NotSeller);
            }
            let (title, price) = (draft.title.clone(), draft.price);
            let edited = TicketDocument { words: words(&title), title, price, ..ticket.clone() };
            if let Some(ticket) = self.advance(&ticket, edited).await? {
                return Ok(ticket);
            }
        }
    }

    /// Notes that an order holds its ticket, unless a later order was heard of.
    pub async fn hold(&self, order: &OrderCreated) -> Result<(), UnknownTicket> {
        self.follow(&order.id, &order.ticket.id, |ticket| {
            let news = order.ticket.sequence > ticket.order_sequence;
            news.then(|| (Some(order.id.clone()), order.ticket.sequence))
        })
        .await
    }

    /// Notes that an order's hold has ended, unless a later order was heard of.
    pub async fn release(&self, order: &OrderCancelled) -> Result<(), UnknownTicket> {
        self.follow(&order.id, &order.ticket.id, |ticket| {
            let its_own = ticket.order_id.as_ref() == Some(&order.id);
            // An order that is cancelled before its creation was heard of still
            // counts: its creation will be old news then.
            let news = its_own || order.ticket.sequence > ticket.order_sequence;
            news.then_some((None, order.ticket.sequence))
        })
        .await
    }

    /// Applies what `decide` makes of news about an order: the order that holds
    /// the ticket from now on, and the number of the latest order.
    async fn follow(
        &self,
        order: &OrderId,
        id: &TicketId,
        decide: impl Fn(&TicketDocument) -> Option<(Option<OrderId>, i64)>,
    ) -> Result<(), UnknownTicket> {
        loop {
            let ticket = self.get(id).await?;
            let ticket = ticket.ok_or_else(|| UnknownTicket::Unknown(order.clone(), id.clone()))?;
            let Some((order_id, order_sequence)) = decide(&ticket) else { return Ok(()) };
            let followed = TicketDocument { order_id, order_sequence, ..ticket.clone() };
            if self.advance(&ticket, followed).await?.is_some() {
                return Ok(());
            }
        }
    }

    /// Writes the next version of a ticket and the event that tells of it, in
    /// one write. Nothing, if somebody else was faster.
    async fn advance(&self, from: &TicketDocument, to: TicketDocument) -> Result<Option<Ticket>, Error> {
        let to = TicketDocument { version: from.version.next(), ..to };
        let event = Pending::new(&to.updated(), self.clock.now());
        let unchanged = doc! { "_id": &from.id, "version": from.version };
        let change = doc! {
            "$set": {
                "version": to.version,
                "title": &to.title,
                "words": &to.words,
                "price": to.price.cents(),
                "orderId": to.order_id.as_ref(),
                "orderSequence": to.order_sequence,
            },
            "$push": { "outbox": event },
        };
        let written = self.collection.update_one(unchanged, change).await?.matched_count == 1;
        self.outbox.wake();
        Ok(written.then(|| to.into()))
    }

    async fn get(&self, id: &TicketId) -> Result<Option<TicketDocument>, Error> {
        self.collection.find_one(doc! { "_id": id }).await
    }

    async fn page(&self, search: &Search, filter: Document) -> Result<(Vec<Ticket>, bool), Error> {
        let newest_first = doc! { "_id": -1 };
        let cursor = self.collection.find(search.narrow(filter)).sort(newest_first).limit(search.limit + 1).await?;
        let mut page: Vec<Ticket> = cursor.map_ok(Ticket::from).try_collect().await?;
        let limit = usize::try_from(search.limit).unwrap_or(usize::MAX);
        let more = page.len() > limit;
        page.truncate(limit);
        Ok((page, more))
    }
}

impl TicketDocument {
    fn created(&self) -> TicketCreated {
        TicketCreated {
            id: self.id.clone(),
            version: self.version,
            title: self.title.clone(),
            price: self.price,
            user_id: self.user_id.clone(),
        }
    }

    fn updated(&self) -> TicketUpdated {
        TicketUpdated {
            id: self.id.clone(),
            version: self.version,
            title: self.title.clone(),
            price: self.price,
            user_id: self.user_id.clone(),
            order_id: self.order_id.clone(),
        }
    }
}

impl From<TicketDocument> for Ticket {
    fn from(ticket: TicketDocument) -> Self {
        Self {
            id: ticket.id,
            title: ticket.title,
            price: ticket.price,
            user_id: ticket.user_id,
            version: ticket.version,
            order_id: ticket.order_id,
        }
    }
}
