//! A drawn portrait for demonstrations and tests. Nobody could take it for a photo, and it says TEST.

use super::picture::Picture;

/// Size of a test portrait: 4:5, enough for the largest card photo.
const SIZE: (u32, u32) = (640, 800);

/// A drawn head and shoulders with the word TEST on the clothes. The same seed gives the same picture; different seeds
/// give people that can be told apart. The skin colours are no skin colours.
pub fn test_portrait(seed: u64) -> Picture {
    let look = Look::of(seed);
    let (width, height) = SIZE;
    let mut rgb = Vec::with_capacity(width as usize * height as usize * 3);
    for y in 0..height {
        for x in 0..width {
            // Units: 1.0 is the picture's width.
            let place = ((x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / width as f32);
            rgb.extend_from_slice(&look.colour(place).map(|c| c.round().clamp(0.0, 255.0) as u8));
        }
    }
    // The loop above fills exactly width x height pixels.
    Picture::from_rgb(width, height, rgb).unwrap_or_else(|| unreachable!("every pixel was drawn"))
}

type Colour = [f32; 3];

/// Colours of faces: none of them human.
const FACES: [Colour; 6] = [
    [126.0, 170.0, 188.0],
    [170.0, 188.0, 120.0],
    [188.0, 150.0, 190.0],
    [110.0, 178.0, 150.0],
    [196.0, 176.0, 110.0],
    [150.0, 156.0, 200.0],
];
const HAIRS: [Colour; 5] =
    [[40.0, 36.0, 60.0], [96.0, 52.0, 40.0], [70.0, 74.0, 80.0], [120.0, 90.0, 30.0], [30.0, 70.0, 66.0]];
const CLOTHES: [Colour; 5] =
    [[44.0, 72.0, 120.0], [112.0, 44.0, 60.0], [40.0, 96.0, 70.0], [90.0, 70.0, 120.0], [70.0, 70.0, 74.0]];
const WALLS: [Colour; 3] = [[214.0, 218.0, 222.0], [222.0, 220.0, 210.0], [210.0, 220.0, 214.0]];
const DARK: Colour = [34.0, 34.0, 40.0];
const WHITE: Colour = [244.0, 244.0, 244.0];

struct Look {
    face: Colour,
    hair: Colour,
    clothes: Colour,
    wall: Colour,
    head: (f32, f32),
    hair_length: f32,
    glasses: bool,
    smile: f32,
}

impl Look {
    fn of(seed: u64) -> Self {
        // SplitMix64: one number gives as many unrelated ones as are needed.
        let mut state = seed;
        let mut next = |below: u64| {
            state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut z = state;
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            (z ^ (z >> 31)) % below
        };
        let mut pick = |from: &[Colour]| from[next(from.len() as u64) as usize];
        let (face, hair, clothes, wall) = (pick(&FACES), pick(&HAIRS), pick(&CLOTHES), pick(&WALLS));
        let mut between = |low: f32, high: f32| low + (high - low) * next(1000) as f32 / 1000.0;
        Self {
            face,
            hair,
            clothes,
            wall,
            head: (between(0.215, 0.25), between(0.30, 0.335)),
            hair_length: between(0.42, 0.86),
            glasses: between(0.0, 1.0) > 0.6,
            smile: between(0.0, 0.03),
        }
    }

    /// The layers from back to front; each covers by how much of the pixel it fills.
    fn colour(&self, at: (f32, f32)) -> Colour {
        let (x, y) = at;
        let (rx, ry) = self.head;
        let mut c = self.wall;
        let mut lay = |over: Colour, cover: f32| {
            for (under, over) in c.iter_mut().zip(over) {
                *under += (over - *under) * cover;
            }
        };
        let long_hair = ellipse(at, (0.5, 0.50), (rx * 1.22, ry * 1.18)).min(edge(self.hair_length - y));
        lay(self.hair, long_hair);
        lay(self.face.map(|v| v * 0.88), edge(0.09 - (x - 0.5).abs()).min(edge(y - 0.70)).min(edge(1.02 - y)));
        lay(self.clothes, ellipse(at, (0.5, 1.30), (0.46, 0.40)));
        lay(WHITE, word(at, (0.5, 1.13), 0.022));
        lay(self.face, ellipse(at, (0.5, 0.56), (rx, ry)));
        lay(self.hair, ellipse(at, (0.5, 0.56), (rx * 1.05, ry * 1.05)).min(edge(0.39 - y + (x - 0.5).abs() * 0.25)));
        for side in [-1.0, 1.0] {
            let eye = (0.5 + side * rx * 0.42, 0.545);
            lay(DARK, ellipse(at, (eye.0, 0.495), (0.045, 0.010)));
            lay(WHITE, ellipse(at, eye, (0.036, 0.020)));
            lay(DARK, ellipse(at, eye, (0.016, 0.017)));
            if self.glasses {
                lay(DARK, ellipse(at, eye, (0.070, 0.055)).min(1.0 - ellipse(at, eye, (0.062, 0.047))));
            }
        }
        lay(self.face.map(|v| v * 0.72), ellipse(at, (0.5, 0.645), (0.020, 0.034)));
        let mouth = ((y - 0.735) + self.smile * ((x - 0.5) / 0.07).powi(2)).abs();
        lay(DARK, edge(0.007 - mouth).min(edge(0.075 - (x - 0.5).abs())));
        c
    }
}

/// How much of a pixel lies inside, for a distance to the edge (inside is positive): a soft edge of two pixels.
fn edge(inside: f32) -> f32 {
    (inside * SIZE.0 as f32 / 2.0 + 0.5).clamp(0.0, 1.0)
}

fn ellipse((x, y): (f32, f32), (cx, cy): (f32, f32), (rx, ry): (f32, f32)) -> f32 {
    let (u, v) = ((x - cx) / rx, (y - cy) / ry);
    let from_centre = u.hypot(v);
    edge((1.0 - from_centre) * rx.min(ry))
}

/// T, E and S in 5 x 7 dots, one row a byte, leftmost dot highest.
const LETTERS: [[u8; 7]; 4] = [
    [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
    [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
    [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
    [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
];

/// Whether a place is on the word TEST, centred at `(cx, cy)` with dots of this size.
fn word((x, y): (f32, f32), (cx, cy): (f32, f32), dot: f32) -> f32 {
    let column = (x - cx) / dot + 11.5;
    let row = (y - cy) / dot + 3.5;
    if !(0.0..23.0).contains(&column) || !(0.0..7.0).contains(&row) {
        return 0.0;
    }
    let (letter, bit) = (column as usize / 6, column as usize % 6);
    let on = bit < 5 && LETTERS.get(letter).is_some_and(|rows| rows[row as usize] & (0b10000 >> bit) != 0);
    f32::from(u8::from(on))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seed_is_one_person_and_another_seed_another() {
        assert_eq!(test_portrait(7), test_portrait(7));
        let all: Vec<Picture> = (0..6).map(test_portrait).collect();
        for (i, one) in all.iter().enumerate() {
            for other in &all[i + 1..] {
                let differing = one.rgb().iter().zip(other.rgb()).filter(|(a, b)| a.abs_diff(**b) > 20).count();
                assert!(differing > 40_000, "two people look alike");
            }
        }
    }
}
