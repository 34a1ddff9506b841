//! What compressed messages consist of: the same octets in every run.

use fastrand::Rng;

/// A kind of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Corpus {
    /// Records in JSON.
    Json,
    /// A greyscale picture, a gradient with noise.
    Bitmap,
    /// German sentences.
    Prose,
    /// A page with a table.
    Html,
    /// Octets in no order, as a document that is compressed already has them.
    Incompressible,
}

impl Corpus {
    /// All kinds, in the order of the table.
    pub const ALL: [Self; 5] = [
        Self::Json,
        Self::Bitmap,
        Self::Prose,
        Self::Html,
        Self::Incompressible,
    ];

    /// Its name in the names of cases.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Bitmap => "a bitmap",
            Self::Prose => "German prose",
            Self::Html => "HTML",
            Self::Incompressible => "incompressible data",
        }
    }

    /// Whether its messages are texts. These are ASCII, so that they may be cut
    /// anywhere.
    pub const fn is_text(self) -> bool {
        matches!(self, Self::Json | Self::Html)
    }

    /// The data, [`LENGTH`] octets.
    pub fn octets(self) -> Vec<u8> {
        let mut rng = Rng::with_seed(0x6455_7692);
        let mut octets = Vec::with_capacity(LENGTH + 1024);
        while octets.len() < LENGTH {
            match self {
                Self::Json => json(&mut octets, &mut rng),
                Self::Bitmap => row_of_pixels(&mut octets, &mut rng),
                Self::Prose => sentence(&mut octets, &mut rng),
                Self::Html => row_of_cells(&mut octets, &mut rng),
                Self::Incompressible => octets.push(rng.u8(..)),
            }
        }
        octets.truncate(LENGTH);
        octets
    }
}

fn json(octets: &mut Vec<u8>, rng: &mut Rng) {
    let place = rng.choice(PLACES).unwrap_or_default();
    let (number, celsius, humid) = (rng.u32(..), rng.i32(-200..400), rng.bool());
    let record = format!(
        "{{\"id\": {number}, \"station\": \"{place}\", \"celsius\": {}.{}, \
         \"humid\": {humid}, \"wind\": [{}, {}, null]}},\n",
        celsius / 10,
        celsius.abs() % 10,
        rng.u8(..12),
        rng.u16(..360),
    );
    octets.extend_from_slice(record.as_bytes());
}

fn row_of_pixels(octets: &mut Vec<u8>, rng: &mut Rng) {
    let row = octets.len() / WIDTH;
    octets.extend((0..WIDTH).map(|column| ((row + column) / 4) as u8 ^ rng.u8(..4)));
}

fn sentence(octets: &mut Vec<u8>, rng: &mut Rng) {
    for parts in [SUBJECTS, VERBS, WAYS] {
        octets.extend_from_slice(rng.choice(parts).unwrap_or_default().as_bytes());
    }
}

fn row_of_cells(octets: &mut Vec<u8>, rng: &mut Rng) {
    let place = rng.choice(PLACES).unwrap_or_default();
    let class = if rng.bool() { "odd" } else { "even" };
    let row = format!(
        "<tr class=\"{class}\"><td><a href=\"/stations/{place}\">{place}</a></td>\
         <td>{}&thinsp;m</td><td><em>{}</em></td></tr>\n",
        rng.u16(..3000),
        rng.u32(..),
    );
    octets.extend_from_slice(row.as_bytes());
}

/// Octets of each kind, more than the longest message.
pub const LENGTH: usize = 192 * 1024;

const WIDTH: usize = 512;

const PLACES: [&str; 8] = [
    "Aurich", "Bremen", "Celle", "Dresden", "Erfurt", "Fulda", "Gera", "Husum",
];

const SUBJECTS: [&str; 6] = [
    "Der alte Schäfer ",
    "Die Müllerin am Bach ",
    "Ein müder Wanderer ",
    "Das Mädchen mit dem Korb ",
    "Der Bürgermeister ",
    "Die Krähe auf dem Dach ",
];

const VERBS: [&str; 6] = [
    "wartete auf den Frühling, ",
    "zählte die Stunden bis zum Abend, ",
    "hörte von ferne die Glocken, ",
    "dachte an die Tage im Süden, ",
    "suchte den Schlüssel zur Mühle, ",
    "sah den Störchen nach, ",
];

const WAYS: [&str; 6] = [
    "während der Regen über die Wiesen zog. ",
    "ohne ein einziges Wort zu sagen. ",
    "als ob es kein Morgen gäbe. ",
    "und niemand wusste, warum. ",
    "bis die Sonne hinter den Hügeln stand. ",
    "so wie es schon die Väter getan hatten. ",
];
