"""One's own account: registering, profile, password, address."""

from fastapi import APIRouter, Response, status
from fastapi.responses import JSONResponse

from app.accounts.dependencies import AccountServiceDep, AddressServiceDep, RegistrationServiceDep
from app.accounts.errors import InvalidMailToken, RegistrationClosed
from app.accounts.schemas import (
    Accepted,
    EmailVerification,
    EmailVerificationRequest,
    PasswordChange,
    PasswordReset,
    PasswordResetRequest,
)
from app.auth.dependencies import CurrentUser
from app.auth.guards import IdentityDep
from app.auth.identity import REFUSALS
from app.core.errors import TooManyRequests
from app.core.principal import ReauthenticationRequired
from app.security.password_policy import PasswordTooCommon, PasswordTooShort
from app.security.passwords import HashingBusy
from app.users.dependencies import UserServiceDep
from app.users.errors import EmailTaken, LastAdministrator, PasswordChanged, WrongPassword
from app.users.models import UserModel
from app.users.schemas import User, UserCreate, UserUpdate
from app.web.dependencies import ActorDep
from app.web.locations import CREATED
from app.web.problems import problems

public_router = APIRouter()
router = APIRouter()
PASSWORD_PROBLEMS = (PasswordTooShort, PasswordTooCommon, HashingBusy)


@public_router.post(
    "/users",
    status_code=status.HTTP_201_CREATED,
    response_model=User,
    summary="Register",
    tags=["users"],
    responses=CREATED
    | {202: {"model": Accepted, "description": "`REGISTRATION_MODE=verified`: the rest comes by mail"}}
    | problems(*REFUSALS, EmailTaken, RegistrationClosed, TooManyRequests, *PASSWORD_PROBLEMS),
)
async def register_user(
    data: UserCreate, caller: IdentityDep, service: RegistrationServiceDep, response: Response
) -> UserModel | JSONResponse:
    """Make an account.

    With `REGISTRATION_MODE=verified` the answer is always 202 and the rest comes by mail; with `closed` only
    administrators may do this.
    """
    user = await service.register(caller, data)
    if user is None:
        return JSONResponse(Accepted().model_dump(), status.HTTP_202_ACCEPTED)
    response.headers["Location"] = f"/api/v1/users/{user.id}"
    return user


@router.get("/users/me", response_model=User, summary="Read your profile", tags=["users"])
async def get_me(user: CurrentUser) -> UserModel:
    """Return your own account."""
    return user


@router.patch("/users/me", response_model=User, summary="Change your profile", tags=["users"])
async def update_me(data: UserUpdate, actor: ActorDep, service: UserServiceDep) -> UserModel:
    """Change your name. Address, password and rights are changed elsewhere."""
    return await service.update_user(actor, data)


@router.delete(
    "/users/me",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Delete your account",
    tags=["users"],
    responses=problems(ReauthenticationRequired, LastAdministrator),
)
async def delete_me(actor: ActorDep, service: UserServiceDep) -> None:
    """Delete your account and everything that belongs to it. Needs a log-in of the last ten minutes."""
    await service.delete_user(actor, actor.user_id)


@router.post(
    "/auth/password",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Change your password",
    tags=["auth"],
    responses=problems(WrongPassword, PasswordChanged, TooManyRequests, *PASSWORD_PROBLEMS),
)
async def change_password(data: PasswordChange, actor: ActorDep, service: AccountServiceDep) -> None:
    """Set a new password. All your other log-ins end, and you get a notice by mail."""
    await service.change_password(actor, data)


@public_router.post(
    "/auth/password-reset",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Ask for a password reset",
    tags=["auth"],
    responses=problems(TooManyRequests),
)
async def request_password_reset(data: PasswordResetRequest, service: AccountServiceDep) -> Accepted:
    """Send a link to set a new password. The answer is the same whether the address is known or not."""
    await service.request_password_reset(data.email)
    return Accepted()


@public_router.post(
    "/auth/password-reset/confirm",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Reset a password",
    tags=["auth"],
    responses=problems(InvalidMailToken, *PASSWORD_PROBLEMS),
)
async def reset_password(data: PasswordReset, service: AccountServiceDep) -> None:
    """Set a new password with the token from the mail. All log-ins of the account end."""
    await service.reset_password(data.token, data.new_password)


@router.post(
    "/auth/email-verification",
    status_code=status.HTTP_202_ACCEPTED,
    summary="Ask for an e-mail confirmation",
    tags=["auth"],
    responses=problems(ReauthenticationRequired, TooManyRequests),
)
async def request_email_confirmation(
    data: EmailVerificationRequest, actor: ActorDep, service: AddressServiceDep
) -> Accepted:
    """Send a link that confirms your address or, with `email`, changes it (log-in of the last ten minutes)."""
    await service.request_email_confirmation(actor, data.email)
    return Accepted()


@public_router.post(
    "/auth/email-verification/confirm",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Confirm an e-mail address",
    tags=["auth"],
    responses=problems(InvalidMailToken),
)
async def confirm_email(data: EmailVerification, service: AddressServiceDep) -> None:
    """Confirm an address, change it, or complete a registration, with the token from the mail."""
    await service.confirm_email(data.token)
