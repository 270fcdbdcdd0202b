//! The aggregate of this service.

pub(super) mod recovery;

use bson::{Bson, Document, doc};
use common::{
    api::{
        OrderId, Price, TicketId, UserId, Version, price,
        tickets::{Ticket, TicketDraft},
    },
    clock::Clock,
    events::{OrderCancelled, OrderCreated, PaymentCreated, TicketCreated, TicketUpdated},
    messaging::{Broker, Failure, Outbox, OutboxEvent, Relay},
    text,
};
use mongodb::{Collection, Database, IndexModel, error::Error};
use serde::{Deserialize, Serialize};

use super::{
    Search,
    standing::{News, Stage, Standing, Terms},
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
    /// Read by the relay alone, event by event.
    outbox: Vec<Bson>,
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
    /// Too many of its changes have not been published yet.
    #[error("too many changes wait to be published")]
    Busy,
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Why a ticket can't follow its order.
#[derive(Debug, thiserror::Error)]
pub enum FollowRefused {
    /// There is no such ticket.
    #[error("order {0} is on an unknown ticket {1}")]
    Unknown(OrderId, TicketId),
    /// Too many of its changes have not been published yet.
    #[error("too many changes of ticket {0} wait to be published")]
    Busy(TicketId),
    /// MongoDB failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<FollowRefused> for Failure {
    fn from(error: FollowRefused) -> Self {
        match error {
            FollowRefused::Unknown(..) => Self::permanent(error),
            FollowRefused::Busy(_) => Self::retry(error),
            FollowRefused::Store(error) => error.into(),
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
        ticket.outbox.push(OutboxEvent::new(&ticket.created(), self.clock.now()).into());
        self.collection.insert_one(&ticket).await?;
        self.outbox.wake();
        Ok(ticket.into())
    }

    /// A ticket.
    pub async fn find(&self, id: &TicketId) -> Result<Option<Ticket>, Error> {
        Ok(self.get(id).await?.map(Ticket::from))
    }

    /// A page of the tickets that nobody holds, newest first, and the ticket after
    /// which the next one begins.
    pub async fn for_sale(&self, search: &Search) -> Result<(Vec<Ticket>, Option<TicketId>), Error> {
        self.page(search, doc! { "orderId": null }).await
    }

    /// A page of a seller's tickets, held and sold ones too, newest first, and the
    /// ticket after which the next one begins.
    pub async fn of_seller(&self, seller: &UserId, search: &Search) -> Result<(Vec<Ticket>, Option<TicketId>), Error> {
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
            if ticket.is_busy() {
                return Err(EditRefused::Busy);
            }
            let (title, price) = (draft.title.clone(), draft.price);
            let edited = TicketDocument { title, price, ..ticket.clone() };
            if let Some(ticket) = self.advance(&ticket, edited).await? {
                return Ok(ticket);
            }
        }
    }

    /// Notes that an order holds its ticket, unless later news were heard.
    pub async fn hold(&self, order: &OrderCreated) -> Result<(), FollowRefused> {
        let (sequence, stage) = (order.ticket.sequence, Stage::Held);
        let terms = Terms { title: order.ticket.title.clone(), price: order.ticket.price, sequence };
        self.follow(&order.ticket.id, News { order: &order.id, sequence, stage, terms: Some(&terms) }).await
    }

    /// Notes that an order has bought its ticket, unless later news were heard.
    pub async fn sell(&self, payment: &PaymentCreated) -> Result<(), FollowRefused> {
        let order = &payment.order_id;
        let sold = match &payment.ticket {
            Some(ticket) => Some((ticket.id.clone(), ticket.sequence)),
            // From before payments named the ticket: the one that says that the
            // order holds it. If none does, there is nothing to tell.
            None => self.held_by(order).await?.map(|ticket| (ticket.id, ticket.standing.order_sequence)),
        };
        let Some((ticket, sequence)) = sold else { return Ok(()) };
        self.follow(&ticket, News { order, sequence, stage: Stage::Sold, terms: None }).await
    }

    /// Notes that an order's hold has ended, unless later news were heard.
    pub async fn release(&self, order: &OrderCancelled) -> Result<(), FollowRefused> {
        let (sequence, stage) = (order.ticket.sequence, Stage::Free);
        self.follow(&order.ticket.id, News { order: &order.id, sequence, stage, terms: None }).await
    }

    /// Applies what is said of an order to its ticket, if it is news.
    async fn follow(&self, id: &TicketId, news: News<'_>) -> Result<(), FollowRefused> {
        loop {
            let ticket = self.get(id).await?;
            let ticket = ticket.ok_or_else(|| FollowRefused::Unknown(news.order.clone(), id.clone()))?;
            let Some(standing) = ticket.standing.after(news) else { return Ok(()) };
            if ticket.is_busy() {
                return Err(FollowRefused::Busy(ticket.id));
            }
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
        let event = OutboxEvent::new(&to.updated(), self.clock.now());
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
                "terms": to.standing.terms.as_ref(),
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

    async fn page(&self, search: &Search, filter: Document) -> Result<(Vec<Ticket>, Option<TicketId>), Error> {
        let (page, last) = search.paging.of(&self.collection, search.narrow(filter)).await?;
        Ok((page.into_iter().map(Ticket::from).collect(), last))
    }
}

impl TicketDocument {
    /// Whether its outbox takes no more.
    fn is_busy(&self) -> bool {
        self.outbox.len() >= OutboxEvent::LIMIT
    }

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
    /// A held or sold ticket shows what its order says of it; what its seller
    /// changed meanwhile shows again when the hold ends.
    fn from(ticket: TicketDocument) -> Self {
        let (title, price) = match ticket.standing.terms() {
            Some(terms) => (terms.title.clone().unwrap_or(ticket.title), terms.price),
            None => (ticket.title, ticket.price),
        };
        Self {
            id: ticket.id,
            title,
            price,
            user_id: ticket.user_id,
            version: ticket.version,
            order_id: ticket.standing.order_id,
            sold: ticket.standing.sold,
        }
    }
}
