from handrail.commands import app

app()
