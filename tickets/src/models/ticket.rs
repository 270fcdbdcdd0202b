//! The aggregate of this service.

use bson::{Document, doc};
use common::{
    api::{
        OrderId, Price, TicketId, UserId, Version, price,
        tickets::{Ticket, TicketDraft},
    },
    clock::Clock,
    events::{OrderCancelled, OrderCreated, PaymentCreated, TicketCreated, TicketUpdated},
    messaging::{Broker, Failure, Outbox, Pending, Relay},
    text,
};
use futures::TryStreamExt;
use mongodb::{Collection, Database, IndexModel, error::Error};
use serde::{Deserialize, Serialize};

use super::{
    Search,
    standing::{News, Stage, Standing},
};

/// The service's tickets. Cheap to clone.
#[derive(Clone)]
pub struct Tickets {
    pub(super) collection: Collection<TicketDocument>,
    outbox: Outbox,
    clock: Clock,
}

/// A ticket as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TicketDocument {
    #[serde(rename = "_id")]
    id: TicketId,
    version: Version,
    title: String,
    /// The title's words, for searches; see [`text::index`].
    words: Vec<String>,
    #[serde(with = "price::cents")]
    price: Price,
    user_id: UserId,
    #[serde(flatten)]
    standing: Standing,
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
            words: text::index(&draft.title),
            title: draft.title,
            price: draft.price,
            user_id: seller,
            standing: Standing::default(),
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
            if ticket.standing.order_id.is_some() {
                return Err(EditRefused::Reserved);
            }
            if ticket.user_id != *seller {
                return Err(EditRefused::NotSeller);
            }
            let (title, price) = (draft.title.clone(), draft.price);
            let edited = TicketDocument { title, price, ..ticket.clone() };
            if let Some(ticket) = self.advance(&ticket, edited).await? {
                return Ok(ticket);
            }
        }
    }

    /// Notes that an order holds its ticket, unless later news were heard.
    pub async fn hold(&self, order: &OrderCreated) -> Result<(), UnknownTicket> {
        let news = News { order: &order.id, sequence: order.ticket.sequence, stage: Stage::Held };
        self.follow(&order.ticket.id, news).await
    }

    /// Notes that an order has bought its ticket, unless later news were heard.
    pub async fn sell(&self, payment: &PaymentCreated) -> Result<(), UnknownTicket> {
        let order = &payment.order_id;
        let sold = match &payment.ticket {
            Some(ticket) => Some((ticket.id.clone(), ticket.sequence)),
            // From before payments named the ticket: the one that says that the
            // order holds it. If none does, there is nothing to tell.
            None => self.held_by(order).await?.map(|ticket| (ticket.id, ticket.standing.order_sequence)),
        };
        let Some((ticket, sequence)) = sold else { return Ok(()) };
        self.follow(&ticket, News { order, sequence, stage: Stage::Sold }).await
    }

    /// Notes that an order's hold has ended, unless later news were heard.
    pub async fn release(&self, order: &OrderCancelled) -> Result<(), UnknownTicket> {
        let news = News { order: &order.id, sequence: order.ticket.sequence, stage: Stage::Free };
        self.follow(&order.ticket.id, news).await
    }

    /// Applies what is said of an order to its ticket, if it is news.
    async fn follow(&self, id: &TicketId, news: News<'_>) -> Result<(), UnknownTicket> {
        loop {
            let ticket = self.get(id).await?;
            let ticket = ticket.ok_or_else(|| UnknownTicket::Unknown(news.order.clone(), id.clone()))?;
            let Some(standing) = ticket.standing.after(news) else { return Ok(()) };
            let followed = TicketDocument { standing, ..ticket.clone() };
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
                // Not what was read: that may have another form.
                "words": text::index(&to.title),
                "price": to.price.cents(),
                "orderId": to.standing.order_id.as_ref(),
                "sold": to.standing.sold,
                "orderSequence": to.standing.order_sequence,
            },
            "$push": { "outbox": event },
        };
        let written = self.collection.update_one(unchanged, change).await?.matched_count == 1;
        self.outbox.wake();
        Ok(written.then(|| to.into()))
    }

    async fn held_by(&self, order: &OrderId) -> Result<Option<TicketDocument>, Error> {
        self.collection.find_one(doc! { "orderId": order }).await
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
            order_id: self.standing.order_id.clone(),
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
            order_id: ticket.standing.order_id,
            sold: ticket.standing.sold,
        }
    }
}
