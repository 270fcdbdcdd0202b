//! The picture of a ticket that previews of a link to it show: `og:image`
//! (<https://ogp.me/>), as PNG, since few programs show SVG there.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use axum::{
    extract::{Query, State, rejection::QueryRejection},
    http::header,
    response::{IntoResponse, Response},
};
use common::{
    api::{TicketId, tickets::Ticket},
    error::ApiError,
    extract::RawId,
};
use resvg::{
    tiny_skia::{Pixmap, Transform},
    usvg::{
        Options, Tree,
        fontdb::{Database, Source},
    },
};
use serde::Deserialize;
use tokio::{sync::Semaphore, task::spawn_blocking, time::timeout};

use super::sitemap::escaped;
use crate::{
    api::Api,
    components::{HUES, hue, initial},
    format,
    schema::{PICTURE_HEIGHT as HEIGHT, PICTURE_WIDTH as WIDTH},
};

/// The colours of stubs, as in the style sheet.
const COLOURS: [&str; HUES] = ["#00684a", "#5b3fa8", "#a63d2f", "#1f5f9e", "#8a5a00", "#9c2f6b", "#2f6b2f", "#3d4f5c"];
/// How many characters fit in a line of the title, and in that of date and venue.
const TITLE_LINE: usize = 20;
const FACTS_LINE: usize = 40;
/// How many lines of the title fit.
const TITLE_LINES: usize = 3;

/// The font, which has the Latin, Greek and Cyrillic alphabets.
static FONTS: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = Database::new();
    fonts.load_font_source(Source::Binary(Arc::new(epaint_default_fonts::UBUNTU_LIGHT)));
    Arc::new(fonts)
});
/// A picture takes a processor for some hundredths of a second: strangers can't occupy all.
static DRAWING: Semaphore = Semaphore::const_new(1);
/// How long a request waits until it can be drawn.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
pub(super) struct Drawn {
    version: Option<i64>,
}

/// The picture of a ticket. An address with the ticket's version is always answered alike, so
/// the answer may be kept; with another one, or without, it may not.
pub(super) async fn picture(
    State(api): State<Api>,
    RawId(id): RawId,
    drawn: Result<Query<Drawn>, QueryRejection>,
) -> Result<Response, ApiError> {
    let id: TicketId = id.parse()?;
    let ticket = api.ticket(&id).await?;
    let is_latest = drawn.is_ok_and(|Query(drawn)| drawn.version == Some(ticket.version.0));
    let failed = || ApiError::Unavailable("the picture can't be drawn just now".into());
    let _one = timeout(PATIENCE, DRAWING.acquire()).await.map_err(|_| failed())?.map_err(|_| failed())?;
    let png = spawn_blocking(move || png(&svg(&ticket))).await.ok().flatten().ok_or_else(failed)?;
    let kept = if is_latest { "public, max-age=86400" } else { "no-store" };
    Ok(([(header::CONTENT_TYPE, "image/png"), (header::CACHE_CONTROL, kept)], png).into_response())
}

fn png(svg: &str) -> Option<Vec<u8>> {
    let options = Options { fontdb: FONTS.clone(), font_family: "Ubuntu".into(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).ok()?;
    let mut pixels = Pixmap::new(WIDTH, HEIGHT)?;
    resvg::render(&tree, Transform::default(), &mut pixels.as_mut());
    pixels.encode_png().ok()
}

/// The ticket as the pages show it: its stub, what it is for, and what it costs.
fn svg(ticket: &Ticket) -> String {
    let about = &ticket.about;
    let colour = COLOURS[hue(&ticket.title, about)];
    let letter = || (initial(&ticket.title).filter(|letter| is_drawable(letter)).unwrap_or_default(), String::new());
    let (day, month) = about.starts_at.map_or_else(letter, format::day_and_month);
    let title = if is_drawable(&ticket.title) { &ticket.title } else { "A ticket" };
    let title = lines(title, TITLE_LINE, TITLE_LINES)
        .iter()
        .zip((150..).step_by(84))
        .map(|(line, y)| format!(r#"<text x="420" y="{y}" font-size="68">{}</text>"#, escaped(line)))
        .collect::<Vec<_>>()
        .concat();
    let facts = [about.starts_at.map(format::start), about.venue.clone().filter(|venue| is_drawable(venue))];
    let facts = lines(&facts.into_iter().flatten().collect::<Vec<_>>().join(", "), FACTS_LINE, 1).concat();
    let price = match (&ticket.order_id, ticket.withdrawn) {
        (Some(_), _) if ticket.sold => "Sold".to_owned(),
        (None, true) => "Withdrawn".to_owned(),
        _ => format::money(ticket.price),
    };
    let facts = escaped(&facts);
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" fill="#1c2420">
            <rect width="{WIDTH}" height="{HEIGHT}" fill="#f6f4ef"/>
            <rect x="40" y="40" width="1120" height="550" rx="24" fill="#fff"/>
            <path d="M64 40H340V590H64a24 24 0 0 1 -24 -24V64a24 24 0 0 1 24 -24Z" fill="{colour}"/>
            <circle cx="340" cy="40" r="22" fill="#f6f4ef"/><circle cx="340" cy="590" r="22" fill="#f6f4ef"/>
            <g fill="#fff" text-anchor="middle">
                <text x="190" y="330" font-size="130">{day}</text><text x="190" y="410" font-size="56">{month}</text>
            </g>
            {title}
            <text x="420" y="430" font-size="34" fill="#4a554f">{facts}</text>
            <text x="420" y="540" font-size="64" fill="{colour}">{price}</text>
            <text x="1110" y="540" font-size="34" fill="#4a554f" text-anchor="end">Ticketing</text>
        </svg>"##
    )
}

/// Whether the font has all of it.
fn is_drawable(text: &str) -> bool {
    text.chars().all(|symbol| {
        matches!(symbol, ' '..='\u{17f}' | '\u{384}'..='\u{3ce}' | '\u{400}'..='\u{45f}' | '\u{2010}'..='\u{2026}' | '€')
    })
}

/// A text in at most so many lines; what does not fit is left out.
fn lines(text: &str, longest: usize, most: usize) -> Vec<String> {
    let mut lines: Vec<_> = textwrap::wrap(text, longest).into_iter().map(String::from).collect();
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            *last = last.chars().take(longest - 1).chain(['…']).collect();
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ticket(title: &str) -> Ticket {
        let ticket = json!({
            "id": "65a000000000000000000001", "title": title, "price": 42.5, "version": 0,
            "userId": "65a000000000000000000002", "startsAt": "2126-12-31T20:00:00+01:00", "venue": "Große Halle",
            "category": "music",
        });
        serde_json::from_value(ticket).unwrap()
    }

    #[test]
    fn a_picture_shows_title_date_venue_and_price() {
        let svg = svg(&ticket("Rock & Roll <live> with a very long name that does not fit into three lines"));
        for shown in ["Rock &amp; Roll", "&lt;live&gt;", "…", ">31<", ">Dec<", "Große Halle", "$42.50", "#5b3fa8"] {
            assert!(svg.contains(shown), "{shown}: {svg}");
        }
        let (one, other) = (png(&svg).unwrap(), png(&super::svg(&ticket("Gala"))).unwrap());
        assert!(one.starts_with(b"\x89PNG") && one != other, "the text is drawn");
    }

    #[test]
    fn a_ticket_that_is_gone_shows_no_price() {
        let gone = Ticket { withdrawn: true, ..ticket("Gala") };
        assert!(svg(&gone).contains(">Withdrawn<") && !svg(&gone).contains('$'));
    }

    #[test]
    fn a_title_that_the_font_lacks_is_left_out() {
        assert!(svg(&ticket("東京公演")).contains(">A ticket<"));
        assert!(svg(&ticket("Ωδή Весна Ödön")).contains("Ωδή"));
    }
}
