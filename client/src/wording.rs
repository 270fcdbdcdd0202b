//! The services' messages in the pages' words. The interface keeps those of its contract.

use common::api::FieldError;

/// A message, worded for visitors.
pub fn of_page(error: FieldError) -> FieldError {
    let message = match error.message.as_str() {
        "Invalid credentials" => "Email or password is wrong.",
        "Email in use" => "This email already has an account. Sign in?",
        "Price is required" | "Price must be a number such as 12.50" => "Enter a price such as 17.50",
        "Ticket is already reserved" => "Somebody else is paying for this ticket.",
        "Cannot edit a reserved ticket" => "A buyer is paying for this ticket. You can edit it again if they don't.",
        "Cannot withdraw a reserved ticket" => "A buyer is paying for this ticket. You can withdraw it if they don't.",
        "You still have tickets for sale" => "You still have tickets for sale. Withdraw them first",
        "A buyer is paying for one of your tickets" => {
            "A buyer is paying for one of your tickets. Wait until they have paid, or don't"
        }
        "A buyer still waits for a ticket that you have sold" => {
            "A buyer still waits for a ticket that you have sold. Deposit it first"
        }
        "You hold a ticket that is not paid" => "You hold a ticket that is not paid. Pay or cancel the order first",
        "The ticket has changed meanwhile" => {
            "This ticket has changed meanwhile, in another tab perhaps. Reload the page to see how it is now."
        }
        _ => return error,
    };
    FieldError { message: message.to_owned(), ..error }
}
