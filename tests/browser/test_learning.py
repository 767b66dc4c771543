"""A learner predicts, answers, solves a challenge, and keeps it when they sign up."""

from playwright.sync_api import expect

from tests.browser.looks import look

LESSON = "/lessons/choosing-a-leader/"


def test_a_prediction_is_decided_by_the_run(site):
    page = site.go(LESSON)
    predict = page.locator("#who-first")
    predict.get_by_label("n1", exact=True).check()
    predict.get_by_role("button", name="Commit to it").click()
    expect(predict).to_contain_text("You said n1. Now let the lab run")
    lab = site.first_lab()
    lab.run_to(1100)
    expect(predict).to_contain_text("the run says n1")


def test_a_quiz_teaches_with_every_option(site):
    page = site.go(LESSON)
    quiz = page.locator("#four-servers")
    quiz.get_by_label("2", exact=True).check()
    quiz.get_by_role("button", name="Answer").click()
    expect(quiz).to_contain_text("Not quite")
    expect(quiz).to_contain_text("off-by-one")
    expect(quiz).to_contain_text("More than half of four")


def test_a_challenge_is_graded_by_the_engine_and_kept_at_sign_up(visitor):
    site = visitor()
    page = site.go("/lessons/one-system-many-nodes/")
    lab = site.first_lab()
    lab.run_to(800)
    challenge = page.locator("#stop-the-service")
    challenge.get_by_role("button", name="Check my run").click()
    expect(challenge).to_contain_text("The goal is not reached in this run")
    expect(challenge).to_contain_text("Hint 1")
    lab.do("Crash", "n1")
    lab.do("Crash", "n2")
    lab.play()
    expect(challenge).to_contain_text("The engine replayed your run and agrees", timeout=60_000)
    lab.pause()

    page = site.go("/sign-up/")
    page.get_by_label("Username").fill("grace")
    page.get_by_label("Password", exact=True).fill("a-long-enough-one")
    page.get_by_label("Password confirmation").fill("a-long-enough-one")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("grace")).to_be_visible()
    page = site.go("/lessons/one-system-many-nodes/")
    expect(page.locator("#stop-the-service")).to_contain_text("The engine replayed your run and agrees")


def test_a_caption_appears_when_its_event_happens(site):
    page = site.go(LESSON)
    caption = page.locator('[data-narrate="elected"]')
    lab = site.first_lab()
    lab.seek(50)
    lab.run_to(900)
    expect(caption).to_be_visible()
    expect(caption).to_contain_text("Count the votes")
    look(page)
