from service.app import make

application = make("production")
