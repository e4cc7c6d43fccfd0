"""Cookies over HTTP."""

from fastapi import APIRouter, Depends, status

from app.auth.dependencies import AuthServiceDep
from app.auth.same_origin import CrossSiteRequest, require_same_origin
from app.cookies.dependencies import BrowserCookieDep, CookieServiceDep
from app.cookies.schemas import Login
from app.core.errors import TooManyRequests
from app.security.passwords import HashingBusy
from app.users.errors import InvalidCredentials
from app.web.dependencies import ActorDep
from app.web.problems import problems

public_router = APIRouter(prefix="/auth", tags=["auth"])
router = APIRouter(prefix="/auth", tags=["auth"])
account_router = APIRouter(prefix="/auth", tags=["auth"])


@public_router.post(
    "/login",
    status_code=status.HTTP_204_NO_CONTENT,
    summary="Log in",
    # Otherwise another site could log somebody in as somebody else.
    dependencies=[Depends(require_same_origin)],
    responses=problems(InvalidCredentials, CrossSiteRequest, TooManyRequests, HashingBusy),
)
async def log_in(data: Login, cookie: BrowserCookieDep, service: CookieServiceDep) -> None:
    """Exchange an e-mail address and a password for a cookie.

    For pages of the service itself. What is no browser sends `Origin` with the address of the service.
    """
    cookie.set(await service.log_in(data, present=cookie.value))


@router.post("/logout", status_code=status.HTTP_204_NO_CONTENT, summary="Log out")
async def log_out(actor: ActorDep, cookie: BrowserCookieDep, service: AuthServiceDep) -> None:
    """End this log-in. Its cookie is refused at once."""
    await service.log_out(actor)
    cookie.delete()


@account_router.post("/logout-all", status_code=status.HTTP_204_NO_CONTENT, summary="Log out everywhere")
async def log_out_everywhere(actor: ActorDep, cookie: BrowserCookieDep, service: AuthServiceDep) -> None:
    """End all of your log-ins, on every device, at once."""
    await service.log_out_everywhere(actor)
    cookie.delete()
