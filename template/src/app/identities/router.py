"""Who is calling, for the caller to see."""

from fastapi import APIRouter

from app.core.errors import Unauthenticated
from app.identities.schemas import Identity
from app.web.dependencies import ActorDep

router = APIRouter(prefix="/users", tags=["users"])


@router.get("/me", summary="Who am I?")
async def get_me(actor: ActorDep) -> Identity:
    """Return whom the access token names. There are no accounts here: names and addresses are the provider's."""
    if actor.issuer is None or actor.subject is None:
        raise Unauthenticated
    return Identity(id=actor.user_id, sub=actor.subject, issuer=actor.issuer, scopes=sorted(actor.scopes))
