"""Signing up keeps what was learned as a guest."""

from django.contrib.auth import login
from django.contrib.auth.forms import UserCreationForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def sign_up(request: HttpRequest) -> HttpResponse:
    """Make an account, sign in, and carry the guest's answers over."""
    if request.user.is_authenticated:
        return redirect("home")
    form = UserCreationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        login(request, form.save())  # which carries the guest's work over
        return redirect("home")
    return render(request, "registration/sign_up.html", {"form": form}, status=400 if form.errors else 200)
