//! People who do not exist: names of several origins, common ones as common as they are among people, rare ones made of the
//! syllables of their origin. Seeded: every run makes the same people.

use jiff::civil::{Date, date};

/// SplitMix64 (Steele, Lea, Flood 2014).
pub struct Dice(pub u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// From 0, below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n.max(1) as u64) as usize
    }

    pub fn one_of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }

    /// One of them, the first far more often: the share of the n-th is about 1/n.
    fn ranked<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let top = (all.len() as f64 + 1.0).ln();
        let at = ((self.below(1 << 24) as f64 / f64::from(1 << 24)) * top).exp() as usize;
        &all[(at - 1).min(all.len() - 1)]
    }
}

/// Where names come from.
pub struct Origin {
    pub name: &'static str,
    /// In how many of a thousand people.
    share: usize,
    surnames: &'static str,
    given: &'static str,
    /// Beginnings, middles and ends of rarer surnames.
    parts: [&'static str; 3],
    /// How many of a hundred have one of the common surnames.
    common: usize,
}

pub const ORIGINS: [Origin; 9] = [
    Origin {
        name: "English, Scottish",
        share: 560,
        surnames: "Smith Taylor Brown Wilson Johnson Wright Walker Robinson Thompson White Green Hall Wood Harris Clarke Jackson Turner Hill Cooper Ward Moore Clark Baker Harrison Campbell Stewart Macdonald Anderson Scott Reid Mitchell Carter Phillips Parker Bennett Cook Shaw Marshall Collins Ellis",
        given: "David John Sarah Michael Susan James Emma Paul Andrew Claire Rachel Mark Helen Laura Peter Alison Rebecca Christopher Catherine Margaret Thomas Elizabeth Jonathan Hannah Philip Deborah Nicholas Victoria Stephen Charlotte Geoffrey Anne Matthew Lucy Daniel Kathryn Ian Fiona Stuart Gillian",
        parts: [
            "Ash Black Brad Cal Chad Dal Ed El Far Gar Had Hart Hol Kes Lang Mar Nor Oak Pem Rad Stan Thorn Wal West Wyn",
            "a e en er ing le o worth ",
            "bridge by croft dale den field ford gate ham ley man more ridge shaw son stead ston ton well wick",
        ],
        common: 35,
    },
    Origin {
        name: "Welsh",
        share: 60,
        surnames: "Jones Davies Williams Evans Thomas Roberts Lewis Hughes Morgan Griffiths Edwards Owen James Rees Price Llewellyn Pritchard Powell Gwynne Llyr Cadwaladr Probert Bowen Howells",
        given: "Siân Rhys Gareth Catrin Dafydd Megan Huw Angharad Ieuan Bethan Gethin Nia Emyr Eleri Llinos Owain Carys Rhian Aled Mair",
        parts: ["Car Cad Gwyn Llan Llew Mor Pen Rhys Tal Tre", "a e ll o wy", "dog fan fryn gan ith og wyn ydd"],
        common: 85,
    },
    Origin {
        name: "Irish",
        share: 60,
        surnames: "Murphy Kelly O'Sullivan Walsh O'Brien Byrne Ryan O'Connor O'Neill O'Reilly Doyle McCarthy Gallagher Doherty Kennedy Lynch Murray Quinn McLoughlin O'Donoghue Fitzgerald Nolan Brennan Burke",
        given: "Seán Aoife Patrick Niamh Ciarán Siobhán Eoin Róisín Declan Gráinne Pádraig Orla Brendan Caoimhe Conor Bridget Fergus Sinéad Liam Máire",
        parts: [
            "Mc O' Fitz Kil Mul Don Gil Mag",
            "a bra cor du ga la ra ",
            "cahy gan hill hony lan lly nagh ney ran vey",
        ],
        common: 70,
    },
    Origin {
        name: "South Asian",
        share: 130,
        surnames: "Patel Khan Singh Ahmed Hussain Kaur Ali Begum Shah Sharma Kumar Rahman Mistry Gupta Chowdhury Akhtar Malik Iqbal Mehta Desai Nair Menon Pillai Reddy Iyer Fernando Perera Banerjee Chatterjee Bhatt",
        given: "Mohammed Priya Amit Fatima Muhammad Anjali Imran Ayesha Sanjay Nadia Rajesh Sunita Harpreet Zainab Arjun Meera Tariq Lakshmi Vikram Rukhsana Suresh Deepa Asif Kavita Bilal Shabnam",
        parts: [
            "Bha Chau Dha Gho Jai Kul Lak Mukh Nar Pra Raj Srin Sub Ven Vish",
            "a i u esh ra wa",
            "gar jee kar lal nathan pati raman sekar swamy wal",
        ],
        common: 60,
    },
    Origin {
        name: "West African",
        share: 60,
        surnames: "Okafor Adebayo Mensah Okonkwo Adeyemi Owusu Boateng Ibrahim Eze Balogun Osei Nwosu Olatunji Asante Bello Ogunleye Chukwu Danjuma Adewale Oyelaran Abiodun Amoah",
        given: "Chidi Ngozi Kwame Amina Oluwaseun Ifeoma Kofi Blessing Emeka Folasade Yaw Abena Tunde Chiamaka Segun Grace Ọlá Ebele Kwabena Patience",
        parts: [
            "Ade Ola Oko Chi Ogun Oye Nna Aki Oba Uz Obi Eze",
            "bi da fe ke lu mi no wu",
            "ade jobi ka kwu la mola nde ola ri tayo wale",
        ],
        common: 45,
    },
    Origin {
        name: "Chinese",
        share: 30,
        surnames: "Chen Li Wang Zhang Wong Chan Liu Lee Yang Huang Lam Cheung Ng Zhao Wu Zhou Xu Sun Ho Leung Lau Cheng Tang Yip Kwok Fung Tsang Guo He Zhu",
        given: "Wei Xiaoming Mei Jun Yan Ka-Wai Ling Hao Siu-Ling Jing Chi-Keung Fang Ming Xin Yee-Man Lei Hui Wing-Yan Qiang Ying Bo Na",
        parts: ["Ou Si Shang Zhu Xia", "", "yang ma guan ge hou"],
        common: 97,
    },
    Origin {
        name: "Vietnamese",
        share: 15,
        surnames: "Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý",
        given: "Linh Minh Anh Hương Tuấn Thảo Hùng Lan Dũng Ngọc Trang Hải Phương Quân Yến Đức",
        parts: ["Trư Thạ Quá Lươ", "", "ch ng nh"],
        common: 97,
    },
    Origin {
        name: "Polish, Romanian",
        share: 55,
        surnames: "Nowak Kowalski Wiśniewski Wójcik Kamiński Lewandowski Zieliński Szymański Woźniak Popescu Ionescu Dąbrowski Kozłowski Jankowski Mazur Popa Dumitru Łukasiewicz Krawczyk Wojciechowski",
        given: "Anna Piotr Katarzyna Krzysztof Agnieszka Paweł Małgorzata Andrei Elena Tomasz Ewa Michał Ioana Łukasz Joanna Mihai Zofia Grzegorz Beata Ștefan",
        parts: [
            "Bor Chm Dob Grab Jab Kwiat Lis Mal Ost Piotr Rad Sad Wit Zar Żuk",
            "a e ie kow o ow",
            "czak czyk escu iak icki ka ko ński owicz ski szek",
        ],
        common: 40,
    },
    Origin {
        name: "Spanish, German, Nordic",
        share: 30,
        surnames: "García Fernández González Rodríguez Müller Schröder Jönsson Sørensen Martínez Núñez Weiß Großmann Björklund Åström Hernández Silva Ferreira Gonçalves Köhler Schäfer",
        given: "María José Jürgen Björn Søren Lucía Jesús Käthe Anders Inês João Begoña Günther Åsa Álvaro Ana",
        parts: [
            "Alt Berg Cas Dom Eich Gut Lind Mend Örn Sal Strand Vil",
            "a e en er ín o",
            "berg dorf ero feld gård ínguez mann nes qvist sson stein viejo",
        ],
        common: 40,
    },
];

/// A person who does not exist.
#[derive(Clone, PartialEq)]
pub struct Person {
    pub surname: String,
    pub given: String,
    pub birth: Date,
}

/// Somebody of an origin.
pub fn person_of(origin: &Origin, dice: &mut Dice) -> Person {
    let words = |text: &'static str| text.split_whitespace().collect::<Vec<_>>();
    let surname = if dice.below(100) < origin.common {
        (*dice.ranked(&words(origin.surnames))).to_owned()
    } else {
        let part = |dice: &mut Dice, text: &'static str| {
            text.split(' ').nth(dice.below(text.split(' ').count())).unwrap_or("")
        };
        let middle = part(dice, origin.parts[1]);
        let more = if dice.below(3) == 0 { part(dice, origin.parts[1]) } else { "" };
        format!("{}{middle}{more}{}", part(dice, origin.parts[0]), part(dice, origin.parts[2]))
    };
    let given = words(origin.given);
    let mut forenames = (*dice.ranked(&given)).to_owned();
    if dice.below(100) < 55 {
        forenames = format!("{forenames} {}", dice.one_of(&given));
    }
    let birth = date(1956 + dice.below(50) as i16, 1 + dice.below(12) as i8, 1 + dice.below(28) as i8);
    Person { surname, given: forenames, birth }
}

/// Somebody, and the place of the origin in the list.
pub fn person(dice: &mut Dice) -> (usize, Person) {
    let mut at = dice.below(1_000);
    let origin = ORIGINS.iter().position(|origin| {
        let here = at < origin.share;
        at = at.saturating_sub(origin.share);
        here
    });
    let origin = origin.unwrap_or(0);
    (origin, person_of(&ORIGINS[origin], dice))
}

/// What goes wrong between two records of one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slip {
    None,
    OneLetter,
    TwoLettersSwapped,
    Respelt,
    AccentsLost,
    MiddleLeftOut,
    InitialOnly,
    NamesSwapped,
    DayAndMonth,
    OneFigureOfDate,
    Hyphenated,
    NewSurname,
}

pub const SLIPS: [Slip; 12] = [
    Slip::None,
    Slip::OneLetter,
    Slip::TwoLettersSwapped,
    Slip::Respelt,
    Slip::AccentsLost,
    Slip::MiddleLeftOut,
    Slip::InitialOnly,
    Slip::NamesSwapped,
    Slip::DayAndMonth,
    Slip::OneFigureOfDate,
    Slip::Hyphenated,
    Slip::NewSurname,
];

const SPELLINGS: [(&str, &str); 12] = [
    ("ph", "f"),
    ("ck", "k"),
    ("ie", "y"),
    ("ee", "ea"),
    ("th", "t"),
    ("ou", "u"),
    ("oh", "uh"),
    ("c", "k"),
    ("ll", "l"),
    ("y", "ie"),
    ("w", "v"),
    ("a", "e"),
];

impl Person {
    /// The same person as another record has it; none if this slip can't befall the name.
    pub fn with(&self, slip: Slip, dice: &mut Dice) -> Option<Person> {
        let mut other = self.clone();
        match slip {
            Slip::None => return Some(other),
            Slip::OneLetter => other.surname = one_letter(&self.surname, dice)?,
            Slip::TwoLettersSwapped => {
                let mut letters: Vec<char> = self.surname.chars().collect();
                let at = 1 + dice.below(letters.len().checked_sub(2).filter(|n| *n > 0)?);
                letters.swap(at, at + 1);
                other.surname = letters.into_iter().collect();
            }
            Slip::Respelt => {
                let (from, to) =
                    *SPELLINGS.iter().find(|(from, _)| self.given.get(1..).is_some_and(|rest| rest.contains(from)))?;
                other.given = self.given.replacen(from, to, 1);
            }
            Slip::AccentsLost => {
                other.surname = plain(&self.surname);
                other.given = plain(&self.given);
            }
            Slip::MiddleLeftOut => other.given = self.given.split_once(' ')?.0.to_owned(),
            Slip::InitialOnly => other.given = self.given.chars().next()?.to_string(),
            Slip::NamesSwapped => std::mem::swap(&mut other.surname, &mut other.given),
            Slip::DayAndMonth => {
                other.birth = Date::new(self.birth.year(), self.birth.day(), self.birth.month()).ok()?
            }
            Slip::OneFigureOfDate => {
                let day = self.birth.day();
                let wrong = if day % 10 == 9 || day == 28 { day - 1 } else { day + 1 };
                other.birth = Date::new(self.birth.year(), self.birth.month(), wrong).ok()?;
            }
            Slip::Hyphenated => other.surname = format!("{}-{}", self.surname, person(dice).1.surname),
            Slip::NewSurname => other.surname = person(dice).1.surname,
        }
        (other != *self).then_some(other)
    }
}

fn one_letter(name: &str, dice: &mut Dice) -> Option<String> {
    let mut letters: Vec<char> = name.chars().collect();
    let at = 1 + dice.below(letters.len().checked_sub(1).filter(|n| *n > 1)?);
    let new = char::from(b'a' + dice.below(26) as u8);
    match dice.below(3) {
        0 => drop(letters.remove(at.min(letters.len() - 1))),
        1 => letters.insert(at, new),
        _ => *letters.get_mut(at)? = new,
    }
    Some(letters.into_iter().collect())
}

fn plain(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let bare = name.nfd().filter(|c| !unicode_normalization::char::is_combining_mark(*c));
    bare.map(|c| match c {
        'ł' => 'l',
        'Ł' => 'L',
        'ø' => 'o',
        'đ' => 'd',
        'Đ' => 'D',
        other => other,
    })
    .collect()
}
