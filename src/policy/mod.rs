//! What the rules say. Pure; every rule names its source.

<<<<<<< HEAD
pub mod dates;
pub mod documents;
pub mod evidence;
=======
pub mod cards;
pub mod gate;
>>>>>>> issue
pub mod passcode;
pub mod roles;
