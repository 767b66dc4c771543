"""Accounts: signing up keeps what was learned as a guest, and leads back to where one was, as signing in does."""

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.views import RedirectURLMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.generic import FormView

ENTRANCES = ("sign-up", "sign-in")


class SignUp(RedirectURLMixin, FormView):
    """Make an account, sign in, carry the guest's answers over, and go to `next`, which must be of this site."""

    form_class = UserCreationForm
    template_name = "registration/sign_up.html"
    next_page = "home"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Send on who has an account already."""
        if request.user.is_authenticated:
            return redirect(self.get_success_url())
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: UserCreationForm) -> HttpResponse:
        """Sign in, which carries the guest's work over."""
        login(self.request, form.save())
        return super().form_valid(form)

    def form_invalid(self, form: UserCreationForm) -> HttpResponse:
        """Show what is wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=400)


def way_back(request: HttpRequest) -> dict[str, Any]:
    """Tell every page what its links to sign in and sign up carry along, so that these lead back to it."""
    return {"way_back": lambda: _way_back(request)}


def _way_back(request: HttpRequest) -> str:
    here = request.get_full_path() if request.method == "GET" else ""  # what was posted to may show no page
    if request.resolver_match is not None and request.resolver_match.url_name in ENTRANCES:
        here = request.POST.get("next", request.GET.get("next", ""))
    return f"?{urlencode({'next': here}, safe='/')}" if here not in ("", "/") else ""
